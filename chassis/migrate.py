"""Alembic, one chain per service in ``services/<name>/migrations/versions``; no env.py, no ini file."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from chassis.database import connect


def upgrade(service: str, database_url: str, *, to: str = "head") -> list[str]:
    """Bring a service's database to a revision, the newest unless one is named; the revisions that were applied. Two at
    once take turns."""
    module = importlib.import_module(f"services.{service}")
    scripts = ScriptDirectory(str(Path(str(module.__file__)).parent / "migrations"))
    applied: list[str] = []

    def steps(revision: Any, context: object) -> list[Any]:
        chosen = scripts._upgrade_revs(to, revision)
        applied.extend(step.revision.revision for step in chosen)
        return chosen

    engine = connect(database_url, pool=1, name=f"{service} migrate")
    try:
        with engine.connect() as connection:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('migrate'))"))
            with EnvironmentContext(Config(), scripts, fn=steps) as environment:
                environment.configure(connection=connection)
                environment.run_migrations()
            connection.commit()
    finally:
        engine.dispose()
    return applied


def create_chassis_tables() -> None:
    """Called by the first migration of each service. Frozen as it was then: what changes later is a migration more."""
    _run("0001.sql")


def create_audit_tables() -> None:
    """The audit trail and the counts of attempts. Called by a later migration of each service; frozen too."""
    _run("0002.sql")


def require_whole_seals() -> None:
    """An act has its place in the audit trail and its digest, or neither. Called by a later migration of each service;
    frozen too."""
    _run("0003.sql")


def sign_acts() -> None:
    """Each act of the audit trail has its signature. Called by a later migration of each service; frozen too."""
    _run("0004.sql")


def _run(script: str) -> None:
    op.execute((Path(__file__).parent / "migrations" / script).read_text())
