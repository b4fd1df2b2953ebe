-- What came back to those who sent it: proposals sent back (theirs who proposed), hand-overs returned.
CREATE TABLE returned (
    file TEXT NOT NULL REFERENCES files (id),
    instance TEXT NOT NULL,
    user_id TEXT,
    what TEXT NOT NULL,
    text TEXT NOT NULL,
    faults BIGINT NOT NULL,
    at BIGINT NOT NULL,
    pos BIGINT NOT NULL
);
CREATE INDEX returned_file ON returned (file);

-- The answers given and awaited, without going through all other deadlines of a unit.
CREATE INDEX clocks_answers ON clocks (unit, breach, ended_at, due_at)
    WHERE deadline >= 'answer:' AND deadline < 'answer;';

-- Who changed accounts, roles and delegations, when, and how. Rows are only added.
CREATE TABLE audit (
    id TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    by_user TEXT NOT NULL,
    unit TEXT NOT NULL,
    user_id TEXT NOT NULL,
    act TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX audit_unit ON audit (unit, at DESC, id);

-- What was only fetched ahead was not seen yet.
ALTER TABLE access_log ADD COLUMN how TEXT NOT NULL DEFAULT 'opened';

-- Rows written before this step are made again from the events when the node is next opened.
INSERT INTO settings (key, value) SELECT 'rebuild', 'true' WHERE EXISTS (SELECT 1 FROM files)
    ON CONFLICT (key) DO UPDATE SET value = 'true';
