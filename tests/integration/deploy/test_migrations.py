"""A database that was migrated holds the tables and columns that the code maps, no more and no less.

Indexes and constraints may stand in the migration alone.
"""

from __future__ import annotations

import importlib
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from chassis import migrate, tables
from chassis.database import connect
from deploy.rabbitmq.definitions import WITH_DATABASE

IN_THE_MIGRATION_ALONE = ("remove_index", "remove_constraint", "remove_fk")


def _mapped(name: str) -> sa.MetaData:
    together = sa.MetaData()
    for metadata in (_metadata_of(name), tables.metadata):
        for table in metadata.tables.values():
            table.to_metadata(together)
    return together


def _metadata_of(name: str) -> sa.MetaData:
    """The room is a file where it is small, else a folder with the tables in a file of their own."""
    room: Any = importlib.import_module(f"services.{name}.storage")
    if hasattr(room, "__path__"):
        room = importlib.import_module(f"services.{name}.storage.tables")
    metadata: sa.MetaData = room.metadata
    return metadata


@pytest.mark.parametrize("name", WITH_DATABASE)
def test_migrations_make_what_the_code_maps(name, database_of):
    engine = connect(database_of(name), pool=1, name="test")
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            differences = compare_metadata(context, _mapped(name))
    finally:
        engine.dispose()

    assert [one for one in differences if one[0] not in IN_THE_MIGRATION_ALONE] == []


def test_migrating_twice_changes_nothing(database_of):
    assert migrate.upgrade("delegation", database_of("delegation")) == []
