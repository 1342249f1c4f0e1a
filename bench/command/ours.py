"""delegation itself, and a caller as the portal is one."""

from __future__ import annotations

from bench import green  # noqa: F401  isort: skip

import json
import sys
from pathlib import Path
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


def call(amqp_uri: str, statements_file: str, seconds: float, count: int) -> dict[str, Any]:
    statements = json.loads(Path(statements_file).read_text())
    with RpcClient(amqp_uri, "bench") as client:
        ask = asking([client.at(Delegation, actor=actor, person=person) for actor, person in statements])

        def request_role() -> None:
            delegation, asked = ask()
            delegation.request_role(
                bce_number=BceNumber(asked["bce_number"]),
                role=asked["role"],
                message=asked["message"],
                command_id=UUID(asked["command_id"]),
            )

        return load.both(request_role, seconds=seconds, count=count, warm_up=50)


if __name__ == "__main__":
    choose(serve=serve, call=call)
