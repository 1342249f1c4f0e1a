-- What was recorded before stays without, and `audit verify` says so.
ALTER TABLE audit_acts ADD COLUMN signature BYTEA;
