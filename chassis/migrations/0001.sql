CREATE TABLE commands (
    caller TEXT NOT NULL,
    command TEXT NOT NULL,
    command_id UUID NOT NULL,
    digest TEXT NOT NULL,
    answer JSONB,
    done_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (caller, command, command_id)
);
CREATE INDEX ix_commands_done_at ON commands (done_at);
CREATE TABLE inbox (
    event_id UUID NOT NULL,
    handler TEXT NOT NULL,
    publisher TEXT NOT NULL,
    type TEXT NOT NULL,
    subject TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    version INTEGER NOT NULL,
    body JSONB NOT NULL,
    traceparent TEXT,
    republished BOOLEAN DEFAULT false NOT NULL,
    arrived_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    attempts INTEGER DEFAULT '0' NOT NULL,
    error TEXT,
    waits_for TEXT,
    done_at TIMESTAMP WITH TIME ZONE,
    parked_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (event_id, handler)
);
CREATE INDEX inbox_done ON inbox (done_at) WHERE done_at IS NOT NULL;
CREATE INDEX inbox_due ON inbox (due_at) WHERE done_at IS NULL AND parked_at IS NULL;
CREATE INDEX inbox_parked ON inbox (parked_at) WHERE parked_at IS NOT NULL;
CREATE TABLE outbox (
    position BIGINT GENERATED ALWAYS AS IDENTITY,
    event_id UUID NOT NULL,
    type TEXT NOT NULL,
    subject TEXT NOT NULL,
    version INTEGER NOT NULL,
    body JSONB NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    traceparent TEXT,
    republished BOOLEAN DEFAULT false NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (position),
    UNIQUE (event_id)
);
CREATE INDEX outbox_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX outbox_unsent ON outbox (position) WHERE sent_at IS NULL;
CREATE TABLE publication (
    id SMALLINT DEFAULT '1' NOT NULL,
    epoch INTEGER DEFAULT '1' NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT one_row CHECK (id = 1)
);
CREATE TABLE revoked_sessions (
    session_id UUID NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (session_id)
);
INSERT INTO publication DEFAULT VALUES;
