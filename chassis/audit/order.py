"""Does each act follow from the one before, and was it recorded about when it was chained?"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.audit.sealing import BEGINNING, link

# A sealer takes what it finds every few seconds, the oldest first.
SEALED_WITHIN = timedelta(minutes=10)


WITHIN = SEALED_WITHIN // timedelta(milliseconds=1)
# So many ids are remembered at least.
RECENT = 100_000


def _made(act: sa.Row[Any]) -> int:
    """By the machine's clock, of a UUID version 7 (RFC 9562)."""
    made: int = act.act_id.int >> 80
    return made


def named(act: sa.Row[Any]) -> str:
    return f"act {act.sequence}" if act.sequence is not None else f"the act {act.act_id}, not sealed yet,"


class Order:
    """One walk along the chain, by ``sequence``. ``sequence`` and ``chain``: how far it has come."""

    def __init__(self) -> None:
        self.sequence, self.chain = 0, BEGINNING
        self._latest = 0
        self._is_late = False
        self._recent: dict[UUID, int] = {}
        self._prune_at = RECENT
        # When each act in the chain was made, in milliseconds since 1970, by its number.
        self._made = array("q", [0])

    def take_place(self, act: sa.Row[Any]) -> Iterator[str]:
        """What is wrong with the place of one that has one."""
        if act.sequence != self.sequence + 1:
            yield f"acts {self.sequence + 1} to {act.sequence - 1} were taken away"
        elif act.chain != link(self.chain, act.sequence, act.act_id, act.commitment):
            yield f"act {act.sequence} does not follow from the one before"
        # From here as it stands, so that one fault is told once.
        self.sequence, self.chain = act.sequence, act.chain or BEGINNING
        self._made.append(_made(act))

    def take_time(self, act: sa.Row[Any]) -> Iterator[str]:
        """Of one that was signed: whoever has kept it may put it in late, or once more; but its id tells when it was
        made."""
        made, was_late = _made(act), self._is_late
        self._is_late = made < self._latest - WITHIN
        if self._is_late and not was_late:
            yield f"{named(act)} is older than those before it: withheld, put in again, or a clock was set back"
        elif not self._is_late and act.act_id in self._recent:
            yield f"{named(act)} was put in twice"
        self._recent[act.act_id] = made
        self._latest = max(self._latest, made)
        if len(self._recent) > self._prune_at:
            self._recent = {act_id: at for act_id, at in self._recent.items() if at >= self._latest - WITHIN}
            self._prune_at = max(RECENT, 2 * len(self._recent))

    def leaves_out(self, covered: int, act: sa.Row[Any]) -> bool:
        """Whether a head, whose signing is this act, should have covered more than so many acts: whoever owns the
        database can hide what there is while the service signs."""
        is_there = 0 <= covered < len(self._made) - 1
        return is_there and self._made[covered + 1] < _made(act) - WITHIN
