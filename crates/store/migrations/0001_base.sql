-- Moments are microseconds since 1970 (UTC), digests hexadecimal text, JSON text, booleans 0 or 1.

-- Acts.
CREATE TABLE files (
    id TEXT NOT NULL PRIMARY KEY,
    unit TEXT NOT NULL,
    matter TEXT NOT NULL,
    title TEXT NOT NULL,
    version BIGINT NOT NULL,
    grade BIGINT NOT NULL,
    sealed BIGINT NOT NULL,
    closed BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    UNIQUE (unit, matter)
);
CREATE INDEX files_updated ON files (updated_at DESC, id);
CREATE INDEX files_unit ON files (unit, updated_at DESC, id);

CREATE TABLE file_people (
    file TEXT NOT NULL REFERENCES files (id),
    "user" TEXT NOT NULL,
    relation TEXT NOT NULL,
    pos BIGINT NOT NULL,
    PRIMARY KEY (file, "user", relation)
);
CREATE INDEX file_people_user ON file_people ("user", relation, file);

CREATE TABLE assignments (
    unit TEXT NOT NULL,
    role TEXT NOT NULL,
    user_id TEXT NOT NULL,
    file TEXT NOT NULL REFERENCES files (id),
    at BIGINT NOT NULL,
    PRIMARY KEY (unit, role, user_id, file)
);

CREATE TABLE events (
    file TEXT NOT NULL REFERENCES files (id),
    seq BIGINT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    header TEXT NOT NULL,
    hash TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (file, seq)
);

-- Apart from the events, so that lawful destruction leaves the chain as it is.
CREATE TABLE event_payloads (
    event TEXT NOT NULL PRIMARY KEY REFERENCES events (id),
    salt TEXT NOT NULL,
    payload TEXT NOT NULL
);

CREATE TABLE idempotency_keys (
    user_id TEXT NOT NULL,
    key TEXT NOT NULL,
    request TEXT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (user_id, key)
);

CREATE TABLE counters (
    unit TEXT NOT NULL,
    series TEXT NOT NULL,
    year BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (unit, series, year)
);

-- Views of a file: each commit writes them anew.
CREATE TABLE todos (
    file TEXT NOT NULL REFERENCES files (id),
    unit TEXT NOT NULL,
    role TEXT NOT NULL,
    user_id TEXT,
    instance TEXT NOT NULL,
    act TEXT NOT NULL,
    text TEXT NOT NULL,
    due_at BIGINT,
    pos BIGINT NOT NULL
);
CREATE INDEX todos_file ON todos (file);
CREATE INDEX todos_user ON todos (user_id);
CREATE INDEX todos_unit ON todos (unit, role);

CREATE TABLE clocks (
    file TEXT NOT NULL REFERENCES files (id),
    unit TEXT NOT NULL,
    instance TEXT NOT NULL,
    subject TEXT NOT NULL,
    deadline TEXT NOT NULL,
    name TEXT NOT NULL,
    clock TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    warn_at BIGINT,
    ended_at BIGINT,
    breach BIGINT NOT NULL,
    provisional BIGINT NOT NULL,
    pos BIGINT NOT NULL
);
CREATE INDEX clocks_file ON clocks (file);
CREATE INDEX clocks_due ON clocks (unit, due_at) WHERE ended_at IS NULL;

CREATE TABLE tracks (
    file TEXT NOT NULL REFERENCES files (id),
    instance TEXT NOT NULL,
    process TEXT NOT NULL,
    subject TEXT NOT NULL,
    label TEXT NOT NULL,
    state TEXT NOT NULL,
    state_name TEXT NOT NULL,
    ended BIGINT NOT NULL,
    pos BIGINT NOT NULL
);
CREATE INDEX tracks_file ON tracks (file);

-- Exchange.
CREATE TABLE outbox (
    id TEXT NOT NULL PRIMARY KEY,
    message TEXT NOT NULL,
    file TEXT NOT NULL REFERENCES files (id),
    digest TEXT NOT NULL,
    queued_at BIGINT NOT NULL,
    delivered_at BIGINT,
    attempts BIGINT NOT NULL,
    error TEXT,
    lease_until BIGINT
);
CREATE INDEX outbox_waiting ON outbox (queued_at, id) WHERE delivered_at IS NULL;

CREATE TABLE inbox (
    message TEXT NOT NULL PRIMARY KEY,
    unit TEXT NOT NULL,
    from_unit TEXT NOT NULL,
    kind TEXT NOT NULL,
    file TEXT REFERENCES files (id),
    digest TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    receipt TEXT NOT NULL,
    refused TEXT,
    pages BIGINT NOT NULL,
    bytes BIGINT NOT NULL
);

-- Contents.
CREATE TABLE contents (
    unit TEXT NOT NULL,
    sm3 TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    media TEXT NOT NULL,
    pages BIGINT NOT NULL,
    facts TEXT NOT NULL,
    checker TEXT NOT NULL,
    by_user TEXT NOT NULL,
    at BIGINT NOT NULL,
    text TEXT,
    PRIMARY KEY (unit, sm3)
);

CREATE TABLE holdings (
    file TEXT NOT NULL REFERENCES files (id),
    sm3 TEXT NOT NULL,
    PRIMARY KEY (file, sm3)
);

CREATE TABLE aside (
    unit TEXT NOT NULL,
    sm3 TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    name TEXT NOT NULL,
    faults TEXT NOT NULL,
    by_user TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX aside_unit ON aside (unit, at DESC);

-- People.
CREATE TABLE units (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    abbr TEXT NOT NULL,
    code TEXT NOT NULL,
    agency TEXT NOT NULL,
    region TEXT NOT NULL,
    parent TEXT
);
CREATE INDEX units_parent ON units (parent);

-- Each unit with itself and all units above it.
CREATE TABLE unit_paths (
    unit TEXT NOT NULL,
    ancestor TEXT NOT NULL,
    PRIMARY KEY (unit, ancestor)
);

CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    unit TEXT NOT NULL,
    password TEXT NOT NULL,
    clearance BIGINT NOT NULL,
    active BIGINT NOT NULL
);
CREATE INDEX users_unit ON users (unit);

CREATE TABLE user_roles (
    user_id TEXT NOT NULL,
    unit TEXT NOT NULL,
    role TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    to_at BIGINT,
    PRIMARY KEY (user_id, unit, role, from_at)
);
CREATE INDEX user_roles_unit ON user_roles (unit, role);

CREATE TABLE delegations (
    id TEXT NOT NULL PRIMARY KEY,
    from_user TEXT NOT NULL,
    to_user TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    to_at BIGINT NOT NULL,
    basis TEXT NOT NULL
);
CREATE INDEX delegations_to ON delegations (to_user);

CREATE TABLE sessions (
    token TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE sign_in_failures (
    key TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX sign_in_failures_key ON sign_in_failures (key, at);
CREATE INDEX sign_in_failures_at ON sign_in_failures (at);

-- Libraries, settings, log.
CREATE TABLE libraries (
    digest TEXT NOT NULL PRIMARY KEY,
    bundle TEXT NOT NULL
);

-- Which library was made the active one when and by whom; the last row counts.
CREATE TABLE activations (
    n BIGINT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL REFERENCES libraries (digest),
    activated_at BIGINT NOT NULL,
    activated_by TEXT NOT NULL
);

CREATE TABLE settings (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE access_log (
    at BIGINT NOT NULL,
    user_id TEXT NOT NULL,
    file TEXT NOT NULL,
    material TEXT NOT NULL,
    page BIGINT NOT NULL
);
CREATE INDEX access_log_file ON access_log (file, at DESC);
