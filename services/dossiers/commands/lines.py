"""Lines of the log: a command's own name, so that one grep shows its way; and only what was stored."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from chassis.database import Work
from chassis.logs import log


def log_done(work: Work, command: str, **identifiers: UUID | str | None) -> None:
    told = {name: None if value is None else str(value) for name, value in identifiers.items()}
    work.after_commit(partial(log.info, command, **told))
