"""Who keeps the services busy, and who signs out and tries what her statement is still good for."""

from __future__ import annotations

from bench import green  # noqa: F401  isort: skip

import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from bench.verbs import choose
from chassis.rpc import RpcClient
from contracts.delegation import Delegation
from contracts.dossiers import Dossiers
from contracts.errors import SessionIsRevoked
from contracts.identity import Identity
from contracts.notifications import Notifications

REFUSED_IN_A_ROW = 20
GIVEN_UP_AFTER = 60.0  # seconds

Call = Callable[[], object]


def call(amqp_uri: str, portal: str, tokens: list[str], callers: int) -> dict[str, Any]:
    """{"ms": {service: how long each ended session was believed}, "per_second": calls beside it, "ended": sessions}"""
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
        with _Crowd([calls_of(token) for token in tokens[:callers]]) as crowd:
            for token in tokens[callers:]:
                calls = calls_of(token)
                identity.sign_out(session_token=token, command_id=uuid4())
                for service, believed in _try_all(calls).items():
                    ms.setdefault(service, []).append(believed)
    return {"ms": ms, "per_second": crowd.per_second, "ended": len(tokens) - callers}


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


def _try(one: Call) -> float:
    began = time.perf_counter()
    last, refused = began, 0
    while refused < REFUSED_IN_A_ROW:
        try:
            one()
        except SessionIsRevoked:
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
