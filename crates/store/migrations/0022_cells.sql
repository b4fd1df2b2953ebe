-- Values to search by now hold the cells of tables as well: what is derived from events is made again.
INSERT INTO settings (key, value) SELECT 'rebuild', 'true' WHERE EXISTS (SELECT 1 FROM files)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value;
