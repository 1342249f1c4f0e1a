"""Databases that hold something already go on to the next revision, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

import services.dossiers
from chassis import migrate
from tests.integration.dossiers.desk import Desk
from tests.unit.dossiers.builders import AT_MONS

MIGRATIONS = Path(services.dossiers.__file__).parent / "migrations"


def test_mandates_of_which_it_was_not_kept_for_which_establishment_wait_to_be_told_again(desk: Desk) -> None:
    whole, limited = desk.visitor(), desk.visitor()
    desk.grant(whole)
    granted = desk.grant(limited, establishment_number=AT_MONS)

    _go_back(desk.runtime.engine, to="0006")
    assert _column(desk, "is_for_one_establishment") == {whole.person_id: False, limited.person_id: True}
    url = desk.runtime.engine.url.render_as_string(hide_password=False)
    assert migrate.upgrade("dossiers", url) == ["0007"]

    assert _column(desk, "establishment_number") == {whole.person_id: None}
    desk.hear(granted)
    assert _column(desk, "establishment_number") == {whole.person_id: None, limited.person_id: AT_MONS}


def _column(desk: Desk, name: str) -> dict[Any, Any]:
    with desk.runtime.engine.connect() as connection:
        return {row[0]: row[1] for row in connection.exec_driver_sql(f"SELECT person_id, {name} FROM mandates")}


def _go_back(engine: sa.Engine, *, to: str) -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))

    def steps(revision: Any, context: object) -> list[Any]:
        return list(scripts._downgrade_revs(to, revision))

    with engine.begin() as connection, EnvironmentContext(Config(), scripts, fn=steps) as environment:
        environment.configure(connection=connection)
        environment.run_migrations()
