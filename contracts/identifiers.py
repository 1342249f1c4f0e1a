"""Belgian identifiers, parsed once at the edge and carried as types inside.

Each is a ``str`` holding the canonical digits, so that it can be stored, compared and put in JSON
as it is. ``ValueError`` says what is wrong with a text that is not one.
Sources: KBO/BCE cookbook "structure of the number"; royal decree of 3 April 1984 on the national number.
"""

from __future__ import annotations

import calendar
from typing import Self

_SEPARATORS = str.maketrans("", "", " .-\u00a0\u202f")


class BceNumber(str):
    """Number of an enterprise in the Crossroads Bank for Enterprises: 10 digits, the first 0 or 1.

    ``BE``, dots, dashes, spaces and the old form of nine digits are accepted.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        digits = _digits(text.strip().removeprefix("BE").removeprefix("be").removeprefix("Be"))
        if len(digits) == 9:
            digits = "0" + digits
        _require_length(digits, 10)
        if digits[0] not in "01":
            raise ValueError("an enterprise number starts with 0 or 1")
        _require_check_digits(digits[8:], 97 - int(digits[:8]) % 97)
        return super().__new__(cls, digits)

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(text)

    @property
    def dotted(self) -> str:
        """As people write it: ``0403.019.261``."""
        return f"{self[:4]}.{self[4:7]}.{self[7:]}"


class EstablishmentNumber(str):
    """Number of an establishment unit in the Crossroads Bank: 10 digits, the first 2 to 8."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        digits = _digits(text.strip())
        _require_length(digits, 10)
        if digits[0] not in "2345678":
            raise ValueError("an establishment number starts with a digit from 2 to 8")
        _require_check_digits(digits[8:], 97 - int(digits[:8]) % 97)
        return super().__new__(cls, digits)

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(text)

    @property
    def dotted(self) -> str:
        """As the Crossroads Bank writes it: ``2.134.567.845``."""
        return f"{self[0]}.{self[1:4]}.{self[4:7]}.{self[7:]}"


class NationalNumber(str):
    """National Register number or BIS number: 11 digits, birth date, order and check.

    It is personal: ``repr`` hides it, so that it does not slip into a log or a traceback.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        digits = _digits(text.strip())
        _require_length(digits, 11)
        century = _century_by_check_digits(digits)
        _require_birth_date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
        return super().__new__(cls, digits)

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(text)

    def __repr__(self) -> str:
        return "NationalNumber(…)"


def _digits(text: str) -> str:
    digits = text.translate(_SEPARATORS)
    if not digits:
        raise ValueError("a number is required")
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError("only digits, spaces, dots and dashes are allowed")
    return digits


def _require_length(digits: str, length: int) -> None:
    if len(digits) != length:
        raise ValueError(f"{length} digits are required, not {len(digits)}")


def _require_check_digits(found: str, expected: int) -> None:
    if int(found) != expected:
        raise ValueError("the check digits do not match")


def _century_by_check_digits(digits: str) -> int:
    # For births from 2000 on a 2 stands before the nine digits that are checked.
    for century, prefix in ((1900, ""), (2000, "2")):
        if int(digits[9:]) == 97 - int(prefix + digits[:9]) % 97:
            return century
    raise ValueError("the check digits do not match")


def _require_birth_date(year: int, month: int, day: int) -> None:
    # BIS numbers add 20 (sex unknown) or 40 to the month; a month or a day not known is 00.
    month = month % 20 if month < 60 else month
    if month > 12:
        raise ValueError("the month of birth does not exist")
    last_day = calendar.monthrange(year, month)[1] if month else 31
    if day > last_day:
        raise ValueError("the day of birth does not exist")
