"""Checked procedures become rows that are never changed again."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from chassis import audit
from chassis.database import connect
from contracts import wire
from services.dossiers.domain.procedure import Procedure
from services.dossiers.publish.reading import ProceduresWrong, read_directory
from services.dossiers.storage.tables import procedure_versions

SHIPPED = Path(__file__).parent.parent / "procedures"


@dataclass(frozen=True, kw_only=True)
class Published:
    """``is_new`` False: this content was there already."""

    slug: str
    version: int
    is_new: bool


def publish_procedures(database_url: str, directory: Path = SHIPPED, *, by: audit.Operator) -> int:
    """Exit status: 0 published (or there already), 1 with all faults on the standard error and nothing published."""
    engine = connect(database_url, pool=1, name="dossiers publish")
    try:
        for published in publish(engine, directory, by=by):
            print(f"{published.slug}: version {published.version}{'' if published.is_new else ', as it was'}")  # noqa: T201
    except ProceduresWrong as wrong:
        print(wrong, file=sys.stderr)  # noqa: T201
        return 1
    finally:
        engine.dispose()
    return 0


def publish(engine: sa.Engine, directory: Path, *, by: audit.Operator) -> list[Published]:
    """All procedures of a directory in one transaction. Raises ProceduresWrong before anything is written."""
    procedures = read_directory(directory)
    with engine.begin() as connection:
        # Two who publish at once take turns; readers are not disturbed.
        connection.execute(sa.text("LOCK TABLE procedure_versions IN SHARE ROW EXCLUSIVE MODE"))
        return [_publish_one(connection, procedure, by=by) for procedure in procedures]


def _publish_one(connection: sa.Connection, procedure: Procedure, *, by: audit.Operator) -> Published:
    definition = wire.dump(procedure)
    definition.pop("version")
    canonical = json.dumps(definition, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    versions = procedure_versions
    newest = connection.execute(
        sa.select(versions.c.version, versions.c.digest)
        .where(versions.c.slug == procedure.slug)
        .order_by(versions.c.version.desc())
        .limit(1)
    ).one_or_none()
    if newest is not None and newest.digest == digest:
        return Published(slug=procedure.slug, version=newest.version, is_new=False)
    version = newest.version + 1 if newest else 1
    connection.execute(
        sa.insert(versions).values(
            slug=procedure.slug, version=version, digest=digest, definition=definition, published_at=by.now
        )
    )
    by.record(connection, "publish_procedure", subject=f"procedure:{procedure.slug}:{version}")
    return Published(slug=procedure.slug, version=version, is_new=True)
