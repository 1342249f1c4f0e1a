"""One mail to one person about one event, from the moment it is owed until a server took it or refused it for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from contracts.identity import Language
from contracts.notifications import DeliveryNotFailed, DeliveryState

# Whoever sends it holds its row locked; a row that is found unlocked so long after it was taken was left by a sender
# that died.
LEFT_AFTER = timedelta(seconds=10)
FIRST_DELAY = timedelta(seconds=30)
AWAY_DELAY = timedelta(seconds=10)
LONGEST_DELAY = timedelta(hours=1)
# As mail servers do among themselves (RFC 5321, 4.5.4.1).
TRIED_FOR = timedelta(days=5)
# So long an operator can mend the cause and replay a mail that brought its address along.
ADDRESS_KEPT = timedelta(days=30)


@dataclass(eq=False, kw_only=True)
class Delivery:
    """``recipient``: the person's id, or "invited" for somebody known by a sealed address alone; unique with
    ``event_id``. ``sealed``: {"email", "secret"} where the event brought the address itself; gone once delivered, or 30
    days after it was owed.
    ``language``: of the event, for a sealed address. ``due_at``: when the next step is due; None: nothing is due."""

    delivery_id: UUID
    event_id: UUID
    recipient: str
    person_id: UUID | None
    kind: str
    space: str
    facts: dict[str, str]
    link: str
    sealed: str | None
    language: Language | None
    good_until: datetime | None
    created_at: datetime
    due_at: datetime | None
    state: DeliveryState = "created"
    attempts: int = 0
    last_error: str | None = None
    delivered_at: datetime | None = None
    version: int = 1

    def hold(self) -> None:
        """Nobody has told where the person is reached: wait, without using up attempts."""
        self._turn("waiting", due_at=None)

    def resume(self, *, now: datetime) -> None:
        """An address became known."""
        if self.state == "waiting":
            self._turn("created", due_at=now)

    def take(self, *, now: datetime) -> bool:
        """Begin to send; False when what it says has become useless (a link that has expired)."""
        if self.good_until is not None and now >= self.good_until:
            self._turn("permanent_failure", due_at=None, error="expired before it could be sent")
            return False
        self.attempts += 1
        self._turn("sending", due_at=now + LEFT_AFTER)
        return True

    def confirm(self, *, now: datetime) -> None:
        """The mail server took it. What was secret in it is not needed any more."""
        self.delivered_at = now
        self.sealed = None
        self._turn("delivered", due_at=None)

    def postpone(self, error: str, *, now: datetime, server_away: bool = False) -> None:
        """It may pass: try again later, for five days. ``server_away``: it was not about this mail."""
        if now >= self.created_at + TRIED_FOR:
            self._turn("permanent_failure", due_at=None, error=error)
            return
        delay = AWAY_DELAY if server_away else min(FIRST_DELAY * 2 ** min(self.attempts - 1, 10), LONGEST_DELAY)
        self._turn("temporary_failure", due_at=now + delay, error=error)

    def give_up(self, error: str) -> None:
        """The recipient's side refused it for good."""
        self._turn("permanent_failure", due_at=None, error=error)

    def break_down(self, error: str) -> None:
        """Our side is at fault: an operator mends the cause and replays it."""
        self._turn("technical_failure", due_at=None, error=error)

    def replay(self, *, now: datetime) -> None:
        """An operator asks for it again. What was delivered, or is on its way, is never sent twice; where the address
        that the event brought was forgotten, it can be sent nowhere."""
        is_addressed = self.language is None or self.sealed is not None
        if not self.state.endswith("_failure") or not is_addressed:
            raise DeliveryNotFailed(state=self.state)
        self._turn("created", due_at=now, error=self.last_error)

    def _turn(self, state: DeliveryState, *, due_at: datetime | None, error: str | None = None) -> None:
        self.state = state
        self.due_at = due_at
        self.last_error = error
        self.version += 1
