"""Where a person is reached.

The rule. A matter of the citizen space goes to the address confirmed for the citizen space, and nowhere else: the
mailbox that an enterprise gave for its access manager may be read by colleagues. A matter of an enterprise goes to the
address that the person confirmed for that enterprise; else to the one that CSAM's registry gave with the designation as
access manager of that enterprise; else to the citizen space's (who asked for a first role has no other). Of two of the
same rank the one told last counts. Nothing is ever sent to an address of another enterprise.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from contracts.identity import Language

CITIZEN = "citizen"

Source = Literal["confirmed", "designation"]


@dataclass(frozen=True, kw_only=True)
class Contact:
    """``space``: "citizen" or a BCE number. ``address`` is None where a designation came without one."""

    contact_id: UUID
    person_id: UUID
    space: str
    source: Source
    address: str | None
    language: Language
    told_at: datetime


def best_contact(contacts: Iterable[Contact], *, space: str) -> Contact | None:
    """The contact of one person for a matter of ``space``; None while none is known."""
    ranks: dict[tuple[Source, str], int] = {("confirmed", CITIZEN): 1}
    if space != CITIZEN:
        ranks |= {("designation", space): 2, ("confirmed", space): 3}
    fitting = [contact for contact in contacts if contact.address and (contact.source, contact.space) in ranks]
    return max(fitting, key=lambda one: (ranks[one.source, one.space], one.told_at), default=None)
