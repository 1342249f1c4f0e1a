"""nameko's standalone client, as plain programs use it: without eventlet's patches."""

from __future__ import annotations

from typing import Any

import nameko
from nameko.standalone.rpc import ClusterRpcClient

from bench import load
from bench.verbs import choose


def call(amqp_uri: str, length: int, seconds: float, count: int) -> dict[str, Any]:
    """The client is for one thread: it has no figure for ``count`` at a time."""
    nameko.config.setup({"AMQP_URI": amqp_uri})
    with ClusterRpcClient() as client:
        for _ in range(20):
            client.stock.answer(length=length)
        return {"one": load.one_at_a_time(lambda: client.stock.answer(length=length), seconds)}


if __name__ == "__main__":
    choose(call=call)
