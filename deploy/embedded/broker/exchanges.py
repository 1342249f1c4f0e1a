"""Exchanges and bindings: which of them a message takes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from deploy.embedded.broker import wire

KINDS = ("direct", "fanout", "topic", "headers")
PREDECLARED = {
    "": "direct",
    "amq.direct": "direct",
    "amq.fanout": "fanout",
    "amq.topic": "topic",
    "amq.headers": "headers",
    "amq.match": "headers",
}


@dataclass(frozen=True)
class Binding:
    """From an exchange to a queue, or to another exchange."""

    source: str
    destination: str
    routing_key: str
    arguments: dict[str, Any] = field(compare=False)
    to_exchange: bool = False
    fingerprint: bytes = b""

    @classmethod
    def of(
        cls, source: str, destination: str, routing_key: str, arguments: dict[str, Any], *, to_exchange: bool = False
    ) -> "Binding":
        fingerprint = wire.table(dict(sorted(arguments.items())))
        return cls(source, destination, routing_key, arguments, to_exchange, fingerprint)


@dataclass(eq=False)
class Exchange:
    name: str
    kind: str
    durable: bool = True
    auto_delete: bool = False
    internal: bool = False
    arguments: dict[str, Any] = field(default_factory=dict)
    bindings: dict[Binding, None] = field(default_factory=dict)

    @property
    def alternate(self) -> str | None:
        return self.arguments.get("alternate-exchange")

    def matching(self, routing_key: str, headers: dict[str, Any]) -> Iterator[Binding]:
        for binding in self.bindings:
            if self._matches(binding, routing_key, headers):
                yield binding

    def _matches(self, binding: Binding, routing_key: str, headers: dict[str, Any]) -> bool:
        match self.kind:
            case "fanout":
                return True
            case "topic":
                return topic_matches(binding.routing_key, routing_key)
            case "headers":
                return headers_match(binding.arguments, headers)
            case _:
                return binding.routing_key == routing_key


def topic_matches(pattern: str, routing_key: str) -> bool:
    """`*` stands for one word, `#` for any number of them; words are parted by dots."""
    words = _words(routing_key)
    reached = {0}
    for part in _words(pattern):
        if part == "#":
            reached = set(range(min(reached), len(words) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(words) and part in ("*", words[at])}
        if not reached:
            return False
    return len(words) in reached


def headers_match(wanted: dict[str, Any], headers: dict[str, Any]) -> bool:
    """`x-match` all (the default) or any, leaving out `x-` headers; the `-with-x` kinds keep them in."""
    how = wanted.get("x-match", "all")
    matched = [
        name in headers and (value is None or headers[name] == value)
        for name, value in wanted.items()
        if name != "x-match" and (how.endswith("-with-x") or not name.startswith("x-"))
    ]
    return any(matched) if how.startswith("any") else all(matched)


def _words(dotted: str) -> list[str]:
    return dotted.split(".") if dotted else []
