-- What people are told without asking. A deadline knows when something is to be told next.
ALTER TABLE clocks DROP COLUMN warn_at;
ALTER TABLE clocks ADD COLUMN warns TEXT NOT NULL DEFAULT '[]';
ALTER TABLE clocks ADD COLUMN tells TEXT NOT NULL DEFAULT '[]';
ALTER TABLE clocks ADD COLUMN missed TEXT;
ALTER TABLE clocks ADD COLUMN next_at BIGINT;
CREATE INDEX clocks_next ON clocks (next_at) WHERE ended_at IS NULL AND next_at IS NOT NULL;

CREATE TABLE notices (
    id TEXT NOT NULL PRIMARY KEY,
    unit TEXT NOT NULL,
    role TEXT NOT NULL,
    user_id TEXT,
    file TEXT NOT NULL REFERENCES files (id),
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX notices_user ON notices (user_id, at DESC);
CREATE INDEX notices_unit ON notices (unit, role, at DESC);

CREATE TABLE notice_reads (
    notice TEXT NOT NULL REFERENCES notices (id),
    user_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (notice, user_id)
);
