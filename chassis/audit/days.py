"""Was a head signed over each day's acts in time?"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from joserfc.jwk import KeySet

from chassis.audit.heads import Head, HeadInvalid, digest_of, read
from chassis.audit.order import SEALED_WITHIN
from chassis.clock import today


class Heads:
    """Those that can be believed."""

    def __init__(self, statements: Iterable[str], *, service: str, keys: KeySet, now: datetime) -> None:
        self.count = 0
        self.faults: list[str] = []
        self._now = now
        self._at: dict[int, list[Head]] = defaultdict(list)
        self._of: dict[date, Head] = {}
        # {the next head's number of acts, None where there is none: {day: (its first act, its last)}}
        self._late: dict[int | None, dict[date, tuple[datetime, datetime]]] = defaultdict(dict)
        believed: list[tuple[Head, str]] = []
        for statement in statements:
            self.count += 1
            try:
                believed.append((read(statement, service=service, keys=keys), digest_of(statement)))
            except HeadInvalid as error:
                self.faults.append(f"a head cannot be believed: {error}")
        before: str | None = None
        for head, digest in sorted(believed, key=lambda each: each[0].sequence):
            self._at[head.sequence].append(head)
            if self._of.setdefault(head.signed_on, head) != head:
                self.faults.append(f"two heads were signed on {head.signed_on}")
            if head.previous != before:
                self.faults.append(f"the head that was signed before that of {head.signed_on} was taken away")
            before = digest
        self._numbers = sorted(self._at)

    def find(self, day: str) -> Head | None:
        return next((head for on, head in self._of.items() if on.isoformat() == day), None)

    @property
    def all(self) -> Iterable[Head]:
        return self._of.values()

    def compare(self, sequence: int, chain: bytes) -> Iterator[str]:
        """Of the chain as it is at this act."""
        for head in self._at.pop(sequence, ()):
            if head.chain != chain.hex():
                yield f"the chain up to act {sequence} is not that whose head was signed on {head.signed_on}"

    def look_for(self, sequence: int, at: datetime) -> None:
        """The head over an act of the service. It signs that of a day as soon as anything is done on it, before it has
        run for some minutes: a head cannot be signed again afterwards without showing that it is late. What is done
        after it is the next one's."""
        day = today(at)
        head = self._of.get(day)
        signed_at = self._now if head is None else head.signed_at
        if (head is not None and head.sequence < sequence) or at > signed_at - SEALED_WITHIN:
            return
        place = bisect_left(self._numbers, sequence)
        late = self._late[self._numbers[place] if place < len(self._numbers) else None]
        first, last = late.get(day, (at, at))
        late[day] = min(first, at), max(last, at)

    def conclude(self, acts: int) -> Iterator[str]:
        """A few acts may be without a head in time, where the service died at once; not on several days."""
        for days in self._late.values():
            for day, (first, last) in sorted(days.items()):
                if last - first > SEALED_WITHIN or len(days) > 1:
                    yield f"{day} has acts from {first} to {last} that no head was signed over in time"
        for sequence, heads in self._at.items():
            for head in heads:
                yield f"the head of {head.signed_on} knew of {sequence} acts, there are {acts}"
