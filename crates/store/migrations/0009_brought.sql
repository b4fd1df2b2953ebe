-- Who brought a content in: nobody else may file it, but into a file that holds it already.
CREATE TABLE brought (
    unit TEXT NOT NULL,
    sm3 TEXT NOT NULL,
    user_id TEXT NOT NULL,
    PRIMARY KEY (unit, sm3, user_id),
    FOREIGN KEY (unit, sm3) REFERENCES contents (unit, sm3) ON DELETE CASCADE
);
INSERT INTO brought (unit, sm3, user_id) SELECT unit, sm3, by_user FROM contents;
