"""Stock nameko: a service, and a service that calls it."""

from __future__ import annotations

from bench import green  # noqa: F401  isort: skip

from typing import Any

import nameko
from nameko.containers import ServiceContainer
from nameko.rpc import ServiceRpc, rpc
from nameko.testing.services import dummy, entrypoint_hook

from bench import load
from bench.verbs import choose, ready


class Stock:
    name = "stock"

    @rpc  # type: ignore[untyped-decorator]
    def answer(self, length: int) -> str:
        return "x" * length


class Caller:
    name = "stock_caller"
    stock = ServiceRpc("stock")

    @dummy  # type: ignore[untyped-decorator]
    def measure(self, length: int, seconds: float, count: int) -> dict[str, Any]:
        return load.both(lambda: self.stock.answer(length=length), seconds=seconds, count=count)


def serve(amqp_uri: str, count: int) -> None:
    nameko.config.setup({"AMQP_URI": amqp_uri, "max_workers": count})
    container = ServiceContainer(Stock)
    container.start()
    ready()
    container.wait()


def call(amqp_uri: str, length: int, seconds: float, count: int) -> dict[str, Any]:
    nameko.config.setup({"AMQP_URI": amqp_uri})
    container = ServiceContainer(Caller)
    container.start()
    with entrypoint_hook(container, "measure") as measure:
        told: dict[str, Any] = measure(length, seconds, count)
    container.stop()
    return told


if __name__ == "__main__":
    choose(serve=serve, call=call)
