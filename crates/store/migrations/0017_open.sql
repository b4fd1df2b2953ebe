-- Cases in hand are a small part of all: what is asked of them reads no others.
CREATE INDEX files_open ON files (unit, grade, sealed, closed, open, due_at, opened_at, handed_at, updated_at, id, words) WHERE open = 1;
