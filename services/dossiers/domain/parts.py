"""What a dossier has beside its answers: attachments, complement requests, steps."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.dossiers.domain.calendar import legal_day

Side = Literal["user", "administration", "system"]

DECLARATION = "declaration"
COMPLEMENT = "complement"


@dataclass(eq=False, kw_only=True)
class Attachment:
    """``sha256``: of the bytes, hexadecimal: the file store's name for them. ``added_by`` None: made by the service."""

    attachment_id: UUID
    heading: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    added_at: datetime
    added_by: UUID | None
    complement_id: UUID | None = None


@dataclass(eq=False, kw_only=True)
class Complement:
    """A complement request (DRC). ``asked_by`` None: opened by the submission itself."""

    complement_id: UUID
    elements: list[str]
    message: str
    due_at: datetime
    asked_at: datetime
    asked_by: UUID | None
    answered_at: datetime | None = None
    answered_by: UUID | None = None
    answer: str | None = None

    def state(self, now: datetime) -> Literal["open", "answered", "overdue"]:
        if self.answered_at is not None:
            return "answered"
        return "overdue" if legal_day(now) > legal_day(self.due_at) else "open"


@dataclass(eq=False, kw_only=True)
class Step:
    """One line of the history: who did it, under which mandate, at which assurance level."""

    number: int
    verb: str
    at: datetime
    by: Side
    person_id: UUID | None = None
    mandate_id: UUID | None = None
    level: int | None = None


@dataclass(frozen=True, kw_only=True)
class By:
    """Who acts, as verified at the door."""

    person_id: UUID
    level: int
    mandate_id: UUID | None = None
    side: Side = field(default="user")
