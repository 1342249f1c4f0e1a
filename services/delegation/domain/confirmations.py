"""What the access managers gave, and say once a year is still needed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

AskedAs = Literal["warned", "reminded", "suspending"]


class Confirmable:
    """``confirm_by``: until when the access managers are asked whether it is still needed, and ``asked_as``: for the
    first time, again, or before it is suspended; both None when they are not asked."""

    granted_at: datetime
    confirmed_at: datetime | None
    confirm_by: date | None
    asked_as: AskedAs | None

    @property
    def needed_at(self) -> datetime:
        """When somebody said so last."""
        return self.confirmed_at or self.granted_at

    def ask_to_confirm(self, *, by: date, asked_as: AskedAs) -> None:
        """What it allows is as before: its version stays."""
        self.confirm_by, self.asked_as = by, asked_as

    def _note_confirmed(self, now: datetime) -> None:
        self.confirmed_at, self.confirm_by, self.asked_as = now, None, None
