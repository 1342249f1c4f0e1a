"""The least there could be: stock nameko with one method, and everything imported that the service imports."""

from __future__ import annotations

from bench import green  # noqa: F401  isort: skip

import importlib

import nameko
from nameko.containers import ServiceContainer
from nameko.rpc import rpc

from bench.verbs import choose, ready


class Bare:
    @rpc  # type: ignore[untyped-decorator]
    def answer(self) -> None:
        return None


def serve(service: str, amqp_uri: str) -> None:
    importlib.import_module(f"services.{service}.service")
    nameko.config.setup({"AMQP_URI": amqp_uri})
    container = ServiceContainer(type("Bare", (Bare,), {"name": f"bare_{service}"}))
    container.start()
    ready()
    container.wait()


if __name__ == "__main__":
    choose(serve=serve)
