"""What of an enterprise's affairs a mandate is for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from contracts.errors import InvalidRequest
from services.delegation.domain.roles import MANAGE, Role

MOST_CATEGORIES = 20
_CATEGORY = re.compile(r"[a-z][a-z0-9_-]{0,49}")


@dataclass(frozen=True, kw_only=True)
class Scope:
    """``establishment_number`` None: the whole enterprise. ``categories`` of the catalogue; empty: all."""

    establishment_number: str | None = None
    categories: frozenset[str] = frozenset()

    @classmethod
    def of(cls, establishment_number: str | None, categories: Iterable[str]) -> Self:
        return cls(establishment_number=establishment_number, categories=frozenset(categories))

    def covers(self, other: Scope) -> bool:
        """Is whatever the other is for within this one?"""
        return self.establishment_number in (None, other.establishment_number) and (
            not self.categories or (bool(other.categories) and other.categories <= self.categories)
        )

    def require_fits(self, role: Role) -> None:
        """Who decides who acts decides for the whole enterprise: else he could give what he does not hold."""
        wrong: dict[str, list[str]] = {}
        if self.establishment_number is not None and role.gives(MANAGE):
            wrong["establishment_number"] = ["an access manager is one of the whole enterprise"]
        if self.categories and role.gives(MANAGE):
            wrong["procedure_categories"] = ["an access manager is one for all procedures"]
        elif len(self.categories) > MOST_CATEGORIES or not all(map(_CATEGORY.fullmatch, self.categories)):
            wrong["procedure_categories"] = [f"{MOST_CATEGORIES} categories of the catalogue at most"]
        if wrong:
            raise InvalidRequest(fields=wrong)

    def in_words(self) -> str:
        """What it is limited to."""
        limits = []
        if self.establishment_number is not None:
            limits.append(f"the establishment {self.establishment_number}")
        if self.categories:
            limits.append(f"procedures of {', '.join(sorted(self.categories))}")
        return " and ".join(limits)


WHOLE = Scope()
