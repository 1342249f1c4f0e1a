"""What the code reads and writes is what the migrations made."""

from __future__ import annotations

import sqlalchemy as sa

from services.delegation.storage import tables


def test_the_tables_of_the_code_are_those_of_the_migrations(runtime):
    inspector, dialect = sa.inspect(runtime.engine), runtime.engine.dialect

    for table in tables.metadata.sorted_tables:
        made = {column["name"]: column for column in inspector.get_columns(table.name)}
        assert list(made) == [column.name for column in table.columns]
        for column in table.columns:
            assert column.type.compile(dialect) == made[column.name]["type"].compile(dialect)
            assert column.nullable == made[column.name]["nullable"]
