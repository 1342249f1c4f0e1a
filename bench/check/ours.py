"""A caller of delegation's check, as another service is one."""

from __future__ import annotations

from bench import green  # noqa: F401  isort: skip

from typing import Any
from uuid import UUID

from bench import load
from bench.check import town
from bench.verbs import choose
from chassis.rpc import RpcClient
from contracts.delegation import Delegation
from contracts.identifiers import BceNumber


def call(amqp_uri: str, service: str, questions: str, seconds: float, count: int) -> dict[str, Any]:
    asked = town.in_turn(questions)
    with RpcClient(amqp_uri, "bench") as client:
        delegation = client.at(Delegation, service=service)

        def check(question: town.Question) -> bool:
            return delegation.check(
                person_id=UUID(question["person_id"]),
                bce_number=BceNumber(question["bce_number"]),
                permission=question["permission"],
                procedure=question["procedure"],
                establishment=question["establishment"],
            ).decision

        answers = "".join("y" if check(question) else "n" for question in town.load(questions))
        told = load.both(lambda: check(next(asked)), seconds=seconds, count=count)
        return told | {"answers": answers}


if __name__ == "__main__":
    choose(call=call)
