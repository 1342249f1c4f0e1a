"""``growth``: whether events are as fast with a month of them kept, and a backlog, as in an empty database."""
