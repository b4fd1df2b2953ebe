-- Sign-ins that were begun at an office's own identity provider: who comes back is matched with the browser that began, once.
CREATE TABLE begun_sign_ins (
    state TEXT NOT NULL PRIMARY KEY,
    browser TEXT NOT NULL,
    device TEXT NOT NULL,
    address TEXT NOT NULL,
    nonce TEXT NOT NULL,
    verifier TEXT NOT NULL,
    user_id TEXT,
    expires_at BIGINT NOT NULL
);
-- What the person of a session proved himself by.
ALTER TABLE sessions ADD COLUMN way TEXT NOT NULL DEFAULT 'password';
