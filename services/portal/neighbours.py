"""The other services over RPC, each call with the statements of whoever sits at the browser.

    neighbours().delegation(person=True).request_role(bce_number=…, role=…, message=…, command_id=…)

What may pass is asked once more with fresh statements and the same ``command_id``: so a repeat does nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from flask import current_app, g, session

from contracts.delegation import Delegation
from contracts.dossiers import Dossiers
from contracts.errors import ConcurrentChange, DeadlinePassed, StatementExpired, Unavailable, UnknownService
from contracts.identifiers import BceNumber, EstablishmentNumber
from contracts.identity import Identity, Presence, SessionUnknown
from contracts.notifications import Notifications

P = TypeVar("P")
T = TypeVar("T")

# Longest wait of a page for one answer, in seconds.
PATIENCE = 5.0
# A declaration is drawn as PDF: this takes longer.
LONG_PATIENCE = 20.0

AWAY = (DeadlinePassed, Unavailable, UnknownService)


class Rpc(Protocol):
    """What the portal uses of ``chassis.rpc.RpcClient``."""

    def at(self, protocol: type[P], *, timeout: float = PATIENCE, **statements: str) -> P: ...


@dataclass(frozen=True, kw_only=True)
class ActFor:
    """An act for an enterprise that delegation must vouch for at this very moment. ``procedure``: its category;
    ``establishment`` None: for the enterprise as a whole."""

    bce_number: BceNumber
    permission: str
    procedure: str
    establishment: EstablishmentNumber | None = None


class Neighbours:
    """Those of one request. ``session_token`` None: nobody is signed in."""

    def __init__(self, rpc: Rpc, service_token_file: Path, session_token: str | None) -> None:
        self._rpc = rpc
        self._service_token_file = service_token_file
        self._session_token = session_token
        self._presence: Presence | None = None

    def presence(self) -> Presence:
        """Who is signed in, asked of identity once per request. Raises SessionUnknown, SessionIsRevoked."""
        if self._session_token is None:
            raise SessionUnknown()
        if self._presence is None:
            self._presence = self.sign_in().present_session(session_token=self._session_token)
        return self._presence

    def sign_in(self) -> Identity:
        """identity before anybody is signed in: the portal itself vouches."""
        return cast(Identity, self._at(Identity, {"service": self._service_token}))

    def catalogue(self) -> Dossiers:
        """dossiers for what everybody may see."""
        return cast(Dossiers, self._at(Dossiers, {"service": self._service_token}))

    def identity(self) -> Identity:
        return cast(Identity, self._at(Identity, {"actor": self._actor}))

    def delegation(self, *, person: bool = False) -> Delegation:
        """With ``person``, delegation also learns the visitor's name."""
        return cast(Delegation, self._at(Delegation, {"actor": self._actor} | self._person(person)))

    def dossiers(self, *, person: bool = False, act: ActFor | None = None, patience: float = PATIENCE) -> Dossiers:
        """With ``person``, dossiers learns what locked fields say; with ``act``, delegation vouches for it first."""
        return cast(
            Dossiers, self._at(Dossiers, {"actor": self._actor} | self._person(person) | self._decision(act), patience)
        )

    def notifications(self) -> Notifications:
        return cast(Notifications, self._at(Notifications, {"actor": self._actor}))

    @property
    def presence_so_far(self) -> Presence | None:
        """What is known of it without asking."""
        return self._presence

    def forget_statements(self) -> None:
        self._presence = None

    def _actor(self) -> str:
        return self.presence().actor_statement

    def _person(self, wanted: bool) -> dict[str, Callable[[], str]]:
        return {"person": lambda: self.identity().issue_person_statement()} if wanted else {}

    def _decision(self, act: ActFor | None) -> dict[str, Callable[[], str]]:
        if act is None:
            return {}
        issue = self.delegation().issue_decision
        return {
            "decision": lambda: issue(
                bce_number=act.bce_number,
                permission=act.permission,
                procedure=act.procedure,
                establishment=act.establishment,
            )
        }

    def _service_token(self) -> str:
        return self._service_token_file.read_text().strip()

    def _at(self, protocol: Any, statements: dict[str, Callable[[], str]], patience: float = PATIENCE) -> Any:
        return _Asker(self, self._rpc, protocol, statements, patience)


class _Asker:
    """Stands for a service's Protocol: signs each call afresh, and repeats it once where that may help."""

    def __init__(
        self,
        neighbours: Neighbours,
        rpc: Rpc,
        protocol: type[Any],
        statements: dict[str, Callable[[], str]],
        patience: float,
    ) -> None:
        self._neighbours = neighbours
        self._rpc = rpc
        self._protocol = protocol
        self._statements = statements
        self._patience = patience

    def __getattr__(self, method: str) -> Callable[..., Any]:
        def ask(**arguments: Any) -> Any:
            try:
                return self._ask(method, arguments)
            except (StatementExpired, DeadlinePassed, Unavailable, ConcurrentChange) as passing:
                # A question without an answer is left to the person; a command may be done without our knowing.
                if not isinstance(passing, StatementExpired) and "command_id" not in arguments:
                    raise
            self._neighbours.forget_statements()
            return self._ask(method, arguments)

        return ask

    def _ask(self, method: str, arguments: dict[str, Any]) -> Any:
        statements = {kind: make() for kind, make in self._statements.items()}
        try:
            neighbour = self._rpc.at(self._protocol, timeout=self._patience, **statements)
            return getattr(neighbour, method)(**arguments)
        except AWAY as refusal:
            # The page of failures says which part is away.
            g.part_away = (refusal.details.get("part"), self._protocol.__name__.lower())
            raise


def unless_away(ask: Callable[[], T]) -> T | None:
    """An answer that the page can do without: None where the service is away."""
    try:
        return ask()
    except AWAY:
        g.pop("part_away", None)
        return None


def neighbours() -> Neighbours:
    """Those of the present request."""
    if "neighbours" not in g:
        portal = current_app.extensions["portal"]
        g.neighbours = Neighbours(portal["rpc"], portal["settings"].service_token_file, session.get("session_token"))
    return cast(Neighbours, g.neighbours)
