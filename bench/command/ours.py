"""delegation itself, and a caller as the portal is one."""

from __future__ import annotations

from bench import green  # noqa: F401  isort: skip

import sys
from typing import Any
from uuid import UUID

from bench import load
from bench.command.office import asking
from bench.verbs import choose
from chassis.launcher import run
from chassis.rpc import RpcClient
from contracts.delegation import Delegation
from contracts.identifiers import BceNumber
from services.delegation.service import DelegationService


def serve() -> None:
    sys.exit(run([DelegationService]))


def call(amqp_uri: str, actor: str, person: str, seconds: float, count: int) -> dict[str, Any]:
    arguments = asking()
    with RpcClient(amqp_uri, "bench") as client:
        delegation = client.at(Delegation, actor=actor, person=person)

        def request_role() -> None:
            asked = arguments()
            delegation.request_role(
                bce_number=BceNumber(asked["bce_number"]),
                role=asked["role"],
                message=asked["message"],
                command_id=UUID(asked["command_id"]),
            )

        return load.both(request_role, seconds=seconds, count=count, warm_up=50)


if __name__ == "__main__":
    choose(serve=serve, call=call)
