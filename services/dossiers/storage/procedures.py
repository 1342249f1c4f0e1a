"""Published versions of procedures."""

from __future__ import annotations

import dataclasses

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contracts import wire
from contracts.dossiers import ProcedureUnknown
from services.dossiers.domain.procedure import Procedure
from services.dossiers.storage.tables import procedure_versions as versions

# A version never changes, so what was read once holds for good; by digest, since slugs and numbers repeat elsewhere.
_parsed: dict[str, Procedure] = {}


class Procedures:
    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, slug: str) -> Procedure:
        """The newest version. Raises ProcedureUnknown."""
        newest = self._rows().where(versions.c.slug == slug).order_by(versions.c.version.desc()).limit(1)
        row = self._session.execute(newest).one_or_none()
        if row is None:
            raise ProcedureUnknown(slug=slug)
        return self._parse(row)

    def get_version(self, slug: str, version: int) -> Procedure:
        exact = self._rows().where(versions.c.slug == slug, versions.c.version == version)
        return self._parse(self._session.execute(exact).one())

    def list_newest(self) -> list[Procedure]:
        newest = self._rows().distinct(versions.c.slug).order_by(versions.c.slug, versions.c.version.desc())
        return [self._parse(row) for row in self._session.execute(newest)]

    def _rows(self) -> sa.Select[str, int, str]:
        return sa.select(versions.c.slug, versions.c.version, versions.c.digest)

    def _parse(self, row: sa.Row[str, int, str]) -> Procedure:
        if row.digest not in _parsed:
            definition = sa.select(versions.c.definition).where(
                versions.c.slug == row.slug, versions.c.version == row.version
            )
            _parsed[row.digest] = wire.load(Procedure, self._session.execute(definition).scalar_one())
        return dataclasses.replace(_parsed[row.digest], version=row.version)
