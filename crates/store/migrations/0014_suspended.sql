-- A deadline that stands still (中止、不计入) is due on no day until it goes on: nobody is warned of it, no list counts it.
ALTER TABLE clocks ADD COLUMN suspended BIGINT NOT NULL DEFAULT 0;
-- Rows written before this step are made again from the events when the node is next opened.
INSERT INTO settings (key, value) SELECT 'rebuild', 'true' WHERE EXISTS (SELECT 1 FROM files)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value;
