"""When a section, a field, a choice or an attachment applies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Condition:
    """Exactly one of: ``field`` with ``equals``, ``all``, ``any``, ``none``."""

    field: str | None = None
    equals: list[Any] | None = None
    all: list[Condition] | None = None
    any: list[Condition] | None = None
    none: list[Condition] | None = None

    def holds(self, known: Mapping[str, Any]) -> bool:
        """``known``: the answers that apply. A field that is not among them equals nothing."""
        if self.field is not None:
            return self.field in known and known[self.field] in (self.equals or [])
        if self.all is not None:
            return all(each.holds(known) for each in self.all)
        if self.any is not None:
            return any(each.holds(known) for each in self.any)
        return not any(each.holds(known) for each in self.none or [])

    def parts(self) -> Iterator[Condition]:
        """The comparisons it is made of."""
        if self.field is not None:
            yield self
        for parts in (self.all, self.any, self.none):
            for part in parts or []:
                yield from part.parts()

    def fields(self) -> set[str]:
        """Names of the fields it looks at."""
        return {part.field for part in self.parts() if part.field is not None}

    def as_json(self) -> dict[str, Any]:
        if self.field is not None:
            return {"field": self.field, "equals": self.equals}
        for name in ("all", "any", "none"):
            parts = getattr(self, name)
            if parts is not None:
                return {name: [part.as_json() for part in parts]}
        return {"all": []}


def holds(condition: Condition | None, known: Mapping[str, Any]) -> bool:
    return condition is None or condition.holds(known)
