"""Engines that outlive the tests they serve: SQLAlchemy keeps with its engine what it compiled, and to compile it all
again for each test takes longer than the statements themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pytest
import sqlalchemy as sa

from chassis.runtime import Runtime
from chassis.settings import DatabaseSettings

_kept: dict[tuple[str, int], sa.Engine] = {}


class LendEngine(Protocol):
    def __call__(self, runtime: Runtime) -> None:
        """The engine that an earlier test's runtime had at the same address, where there is another database by now;
        no connection of that time is left."""


@pytest.fixture
def lend_engine() -> Iterator[LendEngine]:
    lent: list[sa.Engine] = []

    def lend(runtime: Runtime) -> None:
        settings = runtime.settings
        assert isinstance(settings, DatabaseSettings)
        place = settings.database_url, settings.database_pool
        if place not in _kept:
            _kept[place] = runtime.engine
        runtime.engine = _kept[place]
        lent.append(runtime.engine)

    yield lend
    for engine in lent:
        engine.dispose()
