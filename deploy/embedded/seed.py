"""Tells the enterprises and access managers of the sample cast, over RPC, as the adaptors of the registries would.

``python -m deploy.embedded.seed``, with ``AMQP_URI`` and ``REGISTRIES_TOKEN_FILE``. Told twice, it changes nothing.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid5

from chassis.rpc import RpcClient
from contracts.delegation import Delegation
from contracts.errors import DeadlinePassed, Unavailable, UnknownMethod, UnknownService
from contracts.identity import Identity
from deploy.embedded.cast import Cast, Enterprise, Person, load

T = TypeVar("T")

_COMMANDS = UUID("c9b7a1f0-6b0a-4f55-9a53-8e2f0c8d2c11")
PATIENCE = 30.0


class Registries:
    def __init__(self, rpc: RpcClient, token: str) -> None:
        self._identity = rpc.at(Identity, service=token)
        self._delegation = rpc.at(Delegation, service=token)

    def tell(self, cast: Cast) -> None:
        for enterprise in cast.enterprises.values():
            self._register(enterprise)
            for key in enterprise.access_managers:
                self._designate(enterprise, cast.people[key])

    def _register(self, enterprise: Enterprise) -> None:
        _patiently(
            lambda: self._delegation.register_enterprise(
                bce_number=enterprise.bce_number,
                name=enterprise.name,
                state="active",
                command_id=_command_id("register", enterprise.bce_number, enterprise.name),
            )
        )

    def _designate(self, enterprise: Enterprise, person: Person) -> None:
        person_id = _patiently(lambda: self._identity.refer_to(national_number=person.national_number))
        _patiently(
            lambda: self._delegation.designate_access_manager(
                bce_number=enterprise.bce_number,
                person_id=person_id,
                email=person.email,
                language=person.language,
                command_id=_command_id(
                    "designate", enterprise.bce_number, str(person_id), person.email, person.language
                ),
            )
        )


def _command_id(*facts: str) -> UUID:
    """The same for the same facts, so that a second run is a repeat; another for others, so that it is none."""
    return uuid5(_COMMANDS, " ".join(facts))


def _patiently(call: Callable[[], T]) -> T:
    """A service that is ready may still be binding its queue."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return call()
        except (UnknownService, UnknownMethod, Unavailable, DeadlinePassed):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def main() -> int:
    token = Path(os.environ["REGISTRIES_TOKEN_FILE"]).read_text()
    with RpcClient(os.environ["AMQP_URI"], "registries") as rpc:
        Registries(rpc, token).tell(load())
    return 0


if __name__ == "__main__":
    sys.exit(main())
