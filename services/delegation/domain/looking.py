"""What somebody typed to find an enterprise: the beginning of a number, or words of a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from services.delegation.domain.names import fold

DIGITS = 10
# Shorter ones are found in every other name.
SHORTEST_WORD = 3

_BETWEEN_DIGITS = str.maketrans("", "", " .-/\u00a0\u202f")


@dataclass(frozen=True, kw_only=True)
class Sought:
    """``number``: how an enterprise's number begins; ``establishment``: a whole number of one of its establishments;
    either None. ``name``: as names are folded."""

    number: str | None
    establishment: str | None
    name: str

    @classmethod
    def parse(cls, query: str) -> Self:
        digits = query.strip().upper().removeprefix("BE").translate(_BETWEEN_DIGITS)
        if not (digits.isascii() and digits.isdigit() and len(digits) <= DIGITS):
            return cls(number=None, establishment=None, name=fold(query))
        is_establishment = len(digits) == DIGITS and digits[0] in "2345678"
        # Numbers were once written without the 0 that they begin with.
        number = digits if digits[0] in "01" else f"0{digits}"
        return cls(
            number=number if len(number) <= DIGITS else None,
            establishment=digits if is_establishment else None,
            name=fold(query),
        )

    @property
    def numbers(self) -> tuple[str, str]:
        """The first and the last that begin so."""
        assert self.number is not None
        return self.number.ljust(DIGITS, "0"), self.number.ljust(DIGITS, "9")

    @property
    def words(self) -> list[str]:
        """The longest first: they are the rarest."""
        return sorted(set(self.name.split()), key=lambda word: (-len(word), word))

    @property
    def has_words(self) -> bool:
        return any(len(word) >= SHORTEST_WORD for word in self.words)
