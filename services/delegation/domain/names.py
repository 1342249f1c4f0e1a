"""Names of enterprises: which of several is shown, and how they are compared with what somebody types."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

LONGEST_FOLDED = 300

# The form of a company is written in many ways, is often left out, and is no part of the name in the register.
# fmt: off
_FORMS = frozenset((
    "sa", "nv", "ag", "se", "srl", "bv", "gmbh", "sprl", "bvba", "sprlu", "ebvba", "asbl", "vzw", "voe", "aisbl",
    "ivzw", "scrl", "cvba", "scrlfs", "cvbaso", "sc", "cv", "scri", "cvoa", "snc", "vof", "ohg", "scs", "commv", "gcv",
    "scomm", "kg", "sca", "commva", "scagr", "lv", "gie", "esv", "fup", "fp",
))
# fmt: on
_JOINING = frozenset(("et", "en", "and", "und"))
_WITHOUT_ACCENT = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.\s?)+[^\W\d_]\b\.?")
_BETWEEN_WORDS = re.compile(r"[\W_]+")

_KINDS = ("name", "commercial", "abbreviation")
_LANGUAGES = ("fr", "nl", "de", "en", "")


@dataclass(frozen=True, slots=True)
class Name:
    """``language`` is empty where the register does not say it."""

    kind: Literal["name", "commercial", "abbreviation"]
    language: Literal["fr", "nl", "de", "en", ""]
    text: str


def in_order(names: Iterable[Name]) -> list[Name]:
    """The one to be shown first: the name before others, French before others. Each once."""
    return sorted(
        set(names), key=lambda name: (_KINDS.index(name.kind), _LANGUAGES.index(name.language), name.text.casefold())
    )


def fold(name: str) -> str:
    """Small letters without accents and signs, words set apart by one space. « Dupont & Fils S.A. » and "dupont et
    fils" are one; a name of nothing else keeps its form and its "et"."""
    text = name.casefold()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_WITHOUT_ACCENT))
        text = "".join(mark for mark in text if not unicodedata.combining(mark))
    text = _INITIALS.sub(lambda initials: re.sub(r"[\s.]", "", initials[0]) + " ", text)
    words = _BETWEEN_WORDS.sub(" ", text).split()
    telling = [word for word in words if word not in _FORMS and word not in _JOINING]
    return " ".join(telling or words)[:LONGEST_FOLDED].rstrip()
