-- Permissions to read, which run out by themselves, and roles that are lent.
CREATE TABLE file_grants (
    file TEXT NOT NULL REFERENCES files (id),
    "user" TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    to_at BIGINT NOT NULL,
    pos BIGINT NOT NULL,
    PRIMARY KEY (file, "user")
);
CREATE INDEX file_grants_user ON file_grants ("user", file);

ALTER TABLE delegations ADD COLUMN roles TEXT NOT NULL DEFAULT '[]';
