"""Who keeps the services busy, and who signs out, or loses her role, and tries what she still gets."""

from __future__ import annotations

from bench import green  # noqa: F401  isort: skip

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from bench.verbs import choose
from chassis.rpc import RpcClient
from contracts.delegation import Delegation
from contracts.dossiers import Dossiers
from contracts.errors import NotFound, PermissionMissing, Refusal, SessionIsRevoked
from contracts.identifiers import BceNumber
from contracts.identity import Identity, Presence
from contracts.notifications import Notifications

REFUSED_IN_A_ROW = 20
GIVEN_UP_AFTER = 60.0  # seconds

Call = Callable[[], object]


def call(
    amqp_uri: str, portal: str, registries: str, tokens: list[str], callers: int, holders: list[str], bce_number: str
) -> dict[str, Any]:
    """{"ms": {service: how long each ended session was believed}, "per_second": calls beside it, "ended": sessions,
    "mandates_ms": how long each revoked mandate opened dossiers, "acts_after": how many were still allowed to submit}

    Of the ``tokens`` the first belong to the ``callers``, the next to an access manager and to the ``holders``, whose
    person statements these are."""
    with RpcClient(amqp_uri, "bench") as client:
        identity = client.at(Identity, service=portal)

        def calls_of(token: str) -> dict[str, Call]:
            actor = identity.present_session(session_token=token).actor_statement
            dossiers = client.at(Dossiers, actor=actor)
            return {
                "identity": client.at(Identity, actor=actor).list_contacts,
                "delegation": client.at(Delegation, actor=actor).list_my_enterprises,
                "dossiers": lambda: dossiers.list_dossiers(bce_number=None, text=""),
                "notifications": client.at(Notifications, actor=actor).list_messages,
            }

        ms: dict[str, list[float]] = {}
        busy, held = tokens[:callers], tokens[callers:][: len(holders) + 1]
        leaving = tokens[callers + len(held) :]
        office = _Office(client, identity, registries, BceNumber(bce_number), held, holders)
        with _Crowd([calls_of(token) for token in busy]) as crowd:
            for token in leaving:
                calls = calls_of(token)
                identity.sign_out(session_token=token, command_id=uuid4())
                for service, believed in _try_all(calls).items():
                    ms.setdefault(service, []).append(believed)
            opened = [office.revoke(holder) for holder in office.holders]
    return {
        "ms": ms,
        "per_second": crowd.per_second,
        "ended": len(leaving),
        "mandates_ms": opened,
        "acts_after": office.acts_after,
    }


class _Office:
    """An enterprise whose access manager gives roles and takes them back."""

    def __init__(
        self,
        client: RpcClient,
        identity: Identity,
        registries: str,
        bce_number: BceNumber,
        tokens: list[str],
        statements: list[str],
    ) -> None:
        manager, *self.holders = [identity.present_session(session_token=token) for token in tokens]
        self._client, self._bce_number, self.acts_after = client, bce_number, 0
        registry = client.at(Delegation, service=registries)
        registry.register_enterprise(bce_number=bce_number, name="Ateliers", state="active", command_id=uuid4())
        registry.designate_access_manager(
            bce_number=bce_number, person_id=manager.person_id, email=None, language="fr", command_id=uuid4()
        )
        self._manager = client.at(Delegation, actor=manager.actor_statement)
        self._mandates = {
            holder.person_id: self._give(holder, statement)
            for holder, statement in zip(self.holders, statements, strict=True)
        }
        for holder in self.holders:
            self._wait_until_open(holder)

    def revoke(self, holder: Presence) -> float:
        """Milliseconds for which dossiers still opened."""
        self._manager.revoke_mandate(mandate_id=self._mandates[holder.person_id], reason="Fin.", command_id=uuid4())
        asking = self._client.at(Delegation, actor=holder.actor_statement)
        try:
            asking.issue_decision(bce_number=self._bce_number, permission="dossier.submit", procedure=None)
        except PermissionMissing:
            return _try(partial(self._list, holder), refusal=NotFound)
        self.acts_after += 1
        return GIVEN_UP_AFTER * 1000

    def _give(self, holder: Presence, statement: str) -> UUID:
        offered = self._manager.invite_person(
            bce_number=self._bce_number,
            role="signatory",
            email=None,
            person_id=holder.person_id,
            valid_until=None,
            command_id=uuid4(),
        )
        taking = self._client.at(Delegation, actor=holder.actor_statement, person=statement)
        return taking.accept_invitation(secret=None, invitation_id=offered.invitation_id, command_id=uuid4()).mandate_id

    def _wait_until_open(self, holder: Presence) -> None:
        ends = time.perf_counter() + GIVEN_UP_AFTER
        while time.perf_counter() < ends:
            try:
                self._list(holder)
            except NotFound:
                time.sleep(0.01)
            else:
                return
        raise TimeoutError("dossiers has not heard of the mandate")

    def _list(self, holder: Presence) -> object:
        dossiers = self._client.at(Dossiers, actor=holder.actor_statement)
        return dossiers.list_dossiers(bce_number=self._bce_number, text="")


def _try_all(calls: dict[str, Call]) -> dict[str, float]:
    """Milliseconds from now to the last call of each that was answered; all at once."""
    believed: dict[str, float] = {}
    threads = [
        threading.Thread(target=lambda name=name, one=one: believed.update({name: _try(one)}))
        for name, one in calls.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return believed


def _try(one: Call, refusal: type[Refusal] = SessionIsRevoked) -> float:
    began = time.perf_counter()
    last, refused = began, 0
    while refused < REFUSED_IN_A_ROW:
        try:
            one()
        except refusal:
            refused += 1
        else:
            last, refused = time.perf_counter(), 0
        if time.perf_counter() - began > GIVEN_UP_AFTER:
            break
    return (last - began) * 1000


class _Crowd:
    """Asks all services without pause."""

    def __init__(self, calls: list[dict[str, Call]]) -> None:
        self._stop = threading.Event()
        self._made = 0
        self._threads = [threading.Thread(target=self._ask, args=(list(each.values()),)) for each in calls]

    @property
    def per_second(self) -> float:
        return self._made / self._took

    def __enter__(self) -> _Crowd:
        self._began = time.perf_counter()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._took = time.perf_counter() - self._began

    def _ask(self, calls: list[Call]) -> None:
        while not self._stop.is_set():
            for one in calls:
                one()
                self._made += 1


if __name__ == "__main__":
    choose(call=call)
