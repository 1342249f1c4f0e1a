"""What an operator does to delegation's database: the enterprises of the Crossroads Bank's open data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from chassis.runtime import build_runtime
from services.delegation import kbo
from services.delegation.service import DelegationService
from services.delegation.settings import DelegationSettings


def import_enterprises(
    directory: Path, *, however_many: bool, say: Callable[[str], None], complain: Callable[[str], int]
) -> int:
    runtime = build_runtime(DelegationService, DelegationSettings.load())
    try:
        imported = kbo.import_enterprises(runtime, directory, however_many=however_many)
    except kbo.KboError as error:
        return complain(str(error))
    name, count = imported.extract.name, imported.count
    if count is None:
        say(f"delegation: the {name} was imported before")
        return 0
    say(
        f"delegation: the {name} is imported; enterprises: {count['new']} new, {count['changed']} changed, "
        f"{count['struck_off']} struck off; establishments: {count['establishments']} new or changed"
    )
    return 0
