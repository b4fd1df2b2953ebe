-- Deadlines of years whose holidays are not known yet are computed again whenever a node opens: found without reading all.
CREATE INDEX clocks_provisional ON clocks (file) WHERE provisional = 1 AND ended_at IS NULL;
