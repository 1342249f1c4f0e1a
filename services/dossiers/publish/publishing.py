"""Checked procedures become rows that are never changed again."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from chassis import audit
from chassis.clock import Clock
from chassis.database import connect
from chassis.settings import instant
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


def publish_procedures(database_url: str, directory: Path = SHIPPED) -> int:
    """Exit status: 0 published (or there already), 1 with all faults on the standard error and nothing published."""
    now = os.environ.get("NOW")
    engine = connect(database_url, pool=1, name="dossiers publish")
    try:
        for published in publish(engine, directory, now=Clock(instant(now) if now else None).now()):
            print(f"{published.slug}: version {published.version}{'' if published.is_new else ', as it was'}")  # noqa: T201
    except ProceduresWrong as wrong:
        print(wrong, file=sys.stderr)  # noqa: T201
        return 1
    finally:
        engine.dispose()
    return 0


def publish(engine: sa.Engine, directory: Path, *, now: datetime) -> list[Published]:
    """All procedures of a directory in one transaction. Raises ProceduresWrong before anything is written."""
    procedures = read_directory(directory)
    with engine.begin() as connection:
        # Two who publish at once take turns; readers are not disturbed.
        connection.execute(sa.text("LOCK TABLE procedure_versions IN SHARE ROW EXCLUSIVE MODE"))
        return [_publish_one(connection, procedure, now=now) for procedure in procedures]


def _publish_one(connection: sa.Connection, procedure: Procedure, *, now: datetime) -> Published:
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
            slug=procedure.slug, version=version, digest=digest, definition=definition, published_at=now
        )
    )
    audit.record_operation(connection, "publish_procedure", subject=f"procedure:{procedure.slug}:{version}", now=now)
    return Published(slug=procedure.slug, version=version, is_new=True)
