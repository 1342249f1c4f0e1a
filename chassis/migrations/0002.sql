CREATE TABLE audit_acts (
    act_id UUID NOT NULL,
    content JSONB,
    salt BYTEA,
    commitment BYTEA NOT NULL,
    erased_by UUID,
    sequence BIGINT,
    chain BYTEA,
    PRIMARY KEY (act_id),
    UNIQUE (sequence)
);
CREATE INDEX audit_unsealed ON audit_acts (act_id) WHERE sequence IS NULL;
CREATE INDEX audit_party ON audit_acts ((content ->> 'party'));
CREATE INDEX audit_actor ON audit_acts ((content ->> 'actor'));
CREATE TABLE audit_heads (
    signed_on DATE NOT NULL,
    sequence BIGINT NOT NULL,
    statement TEXT NOT NULL,
    PRIMARY KEY (signed_on)
);
CREATE TABLE attempts (
    key BYTEA NOT NULL,
    count INTEGER NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (key)
);
CREATE INDEX ix_attempts_ends_at ON attempts (ends_at);
