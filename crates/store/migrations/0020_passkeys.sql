-- Passkeys (WebAuthn), and the challenges that wait for an answer: of a person who adds one, or of nobody yet who signs in.
CREATE TABLE passkeys (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    credential_id TEXT NOT NULL UNIQUE,
    credential TEXT NOT NULL,
    counter BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX passkeys_user ON passkeys (user_id, created_at);
CREATE TABLE passkey_challenges (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT,
    address TEXT NOT NULL,
    state TEXT NOT NULL,
    until BIGINT NOT NULL
);
CREATE INDEX passkey_challenges_until ON passkey_challenges (until);
CREATE INDEX passkey_challenges_address ON passkey_challenges (address);
