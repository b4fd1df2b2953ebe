-- Exports of lists, for whichever process is asked: who wanted one, how far it is, and who makes it. A finished one is
-- a file among the contents of the unit.
CREATE TABLE exports (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    unit TEXT NOT NULL,
    at BIGINT NOT NULL,
    total BIGINT NOT NULL,
    done BIGINT NOT NULL,
    state TEXT NOT NULL,
    sm3 TEXT,
    ends_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    lease_by BIGINT NOT NULL
);
CREATE INDEX exports_user ON exports (user_id, at);
CREATE INDEX exports_content ON exports (unit, sm3);
