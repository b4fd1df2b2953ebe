-- Which process holds a lease, where there are several: a lease ends with its holder.
ALTER TABLE outbox ADD COLUMN lease_by BIGINT;
