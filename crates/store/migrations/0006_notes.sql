-- What people write beside the pages of a dossier (批注): no part of the case, never sent with it. A place is a page
-- (from 1), a moment of a recording, or neither: the material as a whole.
CREATE TABLE notes (
    id TEXT NOT NULL PRIMARY KEY,
    file TEXT NOT NULL REFERENCES files (id),
    material TEXT NOT NULL,
    page BIGINT,
    at_ms BIGINT,
    kind TEXT NOT NULL,
    shared BIGINT NOT NULL,
    text TEXT NOT NULL,
    quote TEXT NOT NULL,
    areas TEXT NOT NULL,
    author TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    key TEXT NOT NULL,
    request TEXT NOT NULL,
    UNIQUE (author, key)
);
CREATE INDEX notes_file ON notes (file, material);
