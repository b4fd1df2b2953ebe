-- Programs of other agencies that use the interface: each key of a program is kept as a digest, with what it may be used for.
CREATE TABLE client_keys (
    token TEXT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id),
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    seen_at BIGINT
);
CREATE INDEX client_keys_user ON client_keys (user_id, created_at);
