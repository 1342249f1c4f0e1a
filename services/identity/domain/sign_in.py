"""A sign-in on its way: begun in one browser, sent to the identity provider, completed once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Final, Literal
from uuid import UUID

from contracts.identity import MeansName, SignInUnknown

LASTS: Final = timedelta(minutes=10)
# An exchange that takes longer belonged to a process that died: the same browser may try again.
EXCHANGE_LASTS: Final = timedelta(seconds=20)

Turn = Literal["exchange", "wait", "done"]


@dataclass(eq=False, kw_only=True)
class SignIn:
    """``state``, ``browser_secret`` and ``code`` rest as hashes only. ``session_id`` is set once it succeeded, or
    ``linking_id`` where a national number is needed first."""

    sign_in_id: UUID
    state_hash: bytes
    browser_secret_hash: bytes
    return_to: str
    callback_url: str
    means: MeansName | None
    minimum_level: int
    begun_at: datetime
    expires_at: datetime
    code_hash: bytes | None = None
    exchanging_since: datetime | None = None
    failed_at: datetime | None = None
    session_id: UUID | None = None
    linking_id: UUID | None = None
    version: int = 1

    def is_for(self, *, return_to: str, callback_url: str, means: str | None, minimum_level: int) -> bool:
        asked = (return_to, callback_url, means, minimum_level)
        return (self.return_to, self.callback_url, self.means, self.minimum_level) == asked

    def come_back(self, *, code_hash: bytes, browser_secret_hash: bytes, now: datetime) -> Turn:
        """The provider sent the browser back with a code: whether to exchange it, to wait for the one who does so
        already, or to give the first answer again. Raises SignInUnknown for any other browser, code or time."""
        if not compare_digest(self.browser_secret_hash, browser_secret_hash):
            raise SignInUnknown()
        if now >= self.expires_at or self.failed_at is not None:
            raise SignInUnknown()
        if self.code_hash is not None and not compare_digest(self.code_hash, code_hash):
            raise SignInUnknown()
        if self.session_id is not None or self.linking_id is not None:
            return "done"
        if self.exchanging_since is not None and now - self.exchanging_since < EXCHANGE_LASTS:
            return "wait"
        self.code_hash, self.exchanging_since = code_hash, now
        self.version += 1
        return "exchange"

    def succeed(self, *, session_id: UUID) -> None:
        self.session_id, self.exchanging_since = session_id, None
        self.version += 1

    def wait_for_number(self, *, linking_id: UUID) -> None:
        """The provider vouched for a European identity that is linked to nobody yet."""
        self.linking_id, self.exchanging_since = linking_id, None
        self.version += 1

    def fail(self, *, now: datetime) -> None:
        """The provider did not vouch: this sign-in is used up."""
        self.failed_at, self.exchanging_since = now, None
        self.version += 1

    def pause(self) -> None:
        """The provider could not be reached: the same browser may come back with the same code."""
        self.exchanging_since = None
        self.version += 1
