-- Lists of many files: what they look at stands in narrow rows, the state apart.
CREATE TABLE file_states (
    file TEXT NOT NULL PRIMARY KEY REFERENCES files (id),
    state TEXT NOT NULL
);
INSERT INTO file_states (file, state) SELECT id, state FROM files;
ALTER TABLE files DROP COLUMN state;

-- Who has no deadline running has it at the end of time, so that it sorts last.
ALTER TABLE files ADD COLUMN open BIGINT NOT NULL DEFAULT 0;
ALTER TABLE files ADD COLUMN opened_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE files ADD COLUMN handed_at BIGINT;
ALTER TABLE files ADD COLUMN due_at BIGINT NOT NULL DEFAULT 253402207200000000;
-- Title, names and numbers: what a search looks through.
ALTER TABLE files ADD COLUMN words TEXT NOT NULL DEFAULT '';
DROP INDEX files_updated;
DROP INDEX files_unit;
-- Each order with all that policies and searches ask, so that rows are read only for one page.
CREATE INDEX files_updated ON files (updated_at, id, unit, grade, sealed, closed, open, due_at, opened_at, handed_at, words);
CREATE INDEX files_opened ON files (opened_at, id, unit, grade, sealed, closed, open, due_at, handed_at, words);
CREATE INDEX files_due ON files (due_at, id, unit, grade, sealed, closed, open, opened_at, handed_at, words);
CREATE INDEX files_title ON files (title, id, unit, grade, sealed, closed, open, due_at, opened_at, handed_at, words); -- SQLite
CREATE INDEX files_scope ON files (unit, grade, sealed, closed, open, due_at, opened_at, handed_at, id, words);

-- The fields of the cards, one row a value. What a list is filtered by is found here.
CREATE TABLE card_values (
    file TEXT NOT NULL REFERENCES files (id),
    field TEXT NOT NULL,
    subject TEXT NOT NULL,
    value TEXT NOT NULL,
    number BIGINT,
    PRIMARY KEY (file, field, subject, value)
);
CREATE INDEX card_values_value ON card_values (field, value, file);
CREATE INDEX card_values_number ON card_values (field, number, file) WHERE number IS NOT NULL;

CREATE INDEX tracks_state ON tracks (process, state, ended, file);
CREATE INDEX clocks_running ON clocks (due_at, file, clock, breach, deadline) WHERE ended_at IS NULL;

-- Filters that a person gave a name.
CREATE TABLE saved_views (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    unit TEXT NOT NULL,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    shared BIGINT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX saved_views_user ON saved_views (user_id, name);
CREATE INDEX saved_views_unit ON saved_views (unit, name) WHERE shared = 1;

-- Rows written before this step are made again from the events when the node is next opened.
INSERT INTO settings (key, value) SELECT 'rebuild', 'true' WHERE EXISTS (SELECT 1 FROM files);
