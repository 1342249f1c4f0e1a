"""The migrations make the tables that the mapping speaks of."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from chassis import tables as chassis_tables
from services.identity.storage import tables
from tests.integration.identity.house import House


def test_the_migrated_database_is_the_one_that_is_mapped(house: House) -> None:
    others = {*chassis_tables.metadata.tables, "alembic_version"}
    with house.work() as work:
        context = MigrationContext.configure(
            work.session.connection(),
            opts={
                "include_name": lambda name, kind, parents: kind != "table" or name not in others,
                "compare_type": True,
            },
        )
        differences = compare_metadata(context, tables.metadata)

    assert differences == []
