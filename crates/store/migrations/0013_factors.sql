-- What a person proves himself by beside the password.
CREATE TABLE factors (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    secret TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    step BIGINT NOT NULL
);
CREATE INDEX factors_user ON factors (user_id, created_at);
