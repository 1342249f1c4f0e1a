"""What is told to whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import singledispatch
from uuid import UUID

from contracts.events import Event, Sealed
from contracts.identity import Language

# Stands in a link for the secret of the sealed field.
SECRET = "{secret}"  # noqa: S105


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """``sealed`` with ``language``: told at the address inside. Else at the person's contact."""

    person_id: UUID | None
    sealed: Sealed | None = None
    language: Language | None = None

    @property
    def key(self) -> str:
        """Unique among the recipients of one event."""
        return str(self.person_id) if self.person_id else "invited"


@dataclass(frozen=True, kw_only=True)
class Notice:
    """``link``: path in the portal that the mail leads to; ``portal_link``: that the portal's message leads to, where
    it differs (a link's secret proves that the mailbox was read, so it is never shown in the portal).
    ``good_until``: after it the mail would be useless. ``facts``: public values for sentences; dates are ISO 8601."""

    kind: str
    space: str
    recipients: tuple[Recipient, ...]
    facts: Mapping[str, str]
    link: str
    portal_link: str | None = None
    good_until: datetime | None = None


@singledispatch
def notice_of(event: Event) -> Notice | None:
    """What to tell; None when nobody is to be told."""
    raise TypeError(f"no rule tells whom {type(event).__name__} concerns")
