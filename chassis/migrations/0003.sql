-- Not of the rows that are there: who broke one must be found by `audit verify`, and not stop a roll-out.
ALTER TABLE audit_acts ADD CONSTRAINT sealed_whole CHECK ((sequence IS NULL) = (chain IS NULL)) NOT VALID;
