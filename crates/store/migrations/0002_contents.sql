-- When a content was last brought in: what nobody holds is cleaned away only when this is long ago.
ALTER TABLE contents ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;
UPDATE contents SET seen_at = at;
CREATE INDEX contents_seen ON contents (seen_at);

-- Who holds a content: asked before it is removed.
CREATE INDEX holdings_sm3 ON holdings (sm3);
