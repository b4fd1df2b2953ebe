-- The host at which a passkey serves: browsers use it nowhere else. Empty for those added before it was noted.
ALTER TABLE passkeys ADD COLUMN host TEXT NOT NULL DEFAULT '';
