-- A password that another person set serves once, until then, to choose one's own.
ALTER TABLE users ADD COLUMN temporary_until BIGINT;
