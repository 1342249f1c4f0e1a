"""What the migrations make is what the code believes."""

import importlib

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from chassis import migrate, tables
from chassis.database import connect

SERVICES = ["identity", "delegation", "dossiers", "notifications"]


@pytest.mark.parametrize("service", SERVICES)
def test_the_migrated_database_has_the_tables_of_the_code(service, database_of):
    declared = sa.MetaData()
    storage = importlib.import_module(f"services.{service}.storage")
    for metadata in (tables.metadata, getattr(storage, "tables", storage).metadata):
        for table in metadata.tables.values():
            table.to_metadata(declared)

    engine = connect(database_of(service), pool=1, name="test")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": False})
        differences = compare_metadata(context, declared)
    engine.dispose()

    assert differences == []


def test_migrating_twice_changes_nothing(database_of):
    assert migrate.upgrade("delegation", database_of("delegation")) == []
