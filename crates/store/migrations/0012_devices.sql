-- Browsers on which a person signed in before: the tries of others do not lock them out there.
CREATE TABLE devices (
    token TEXT NOT NULL,
    user_id TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (token, user_id)
);
CREATE INDEX devices_seen ON devices (seen_at);
