"""Two services as nameko's own documentation writes them, run with `nameko run`: nothing of ours is in them."""

# mypy: disable-error-code="untyped-decorator"
import os
from typing import Any

from nameko.events import EventDispatcher, event_handler
from nameko.rpc import ServiceRpc, rpc

GREETER, MIRROR = os.environ["GREETER"], os.environ["MIRROR"]
greeted: list[str] = []


class Greeter:
    name = GREETER
    dispatch = EventDispatcher()

    @rpc
    def greet(self, who: str) -> str:
        self.dispatch("greeted", {"who": who})
        return f"Bonjour {who}"

    @rpc
    def refuse(self) -> None:
        raise ValueError("no")

    @rpc
    def echo(self, given: Any) -> Any:
        return given


class Mirror:
    name = MIRROR
    greeter = ServiceRpc(GREETER)

    @event_handler(GREETER, "greeted")
    def on_greeted(self, fact: dict[str, str]) -> None:
        greeted.append(fact["who"])

    @rpc
    def list_greeted(self) -> list[str]:
        return greeted

    @rpc
    def greet_through_me(self, who: str) -> Any:
        return self.greeter.greet(who)
