"""Typst sets the declaration as an accessible PDF (PDF/UA-1)."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import typst

from chassis.threads import run_native

_TEMPLATE = Path(__file__).with_name("declaration.typ")

# What the embedded fonts were seen to show: Latin, combining accents, Greek, Cyrillic, punctuation, currencies, arrows,
# mathematics, shapes.
_SHOWN = (
    (0x0020, 0x024F), (0x0300, 0x036F), (0x0370, 0x04FF), (0x1E00, 0x1FFF), (0x2010, 0x203A), (0x20A0, 0x20BF),
    (0x2190, 0x22FF), (0x2500, 0x25FF),
)  # fmt: skip


def typeset(facts: dict[str, Any]) -> bytes:
    """The PDF for ``domain.declaration.declaration_of(…)``."""
    return run_native(_compile, json.dumps(facts, ensure_ascii=False))


def _compile(facts: str) -> bytes:
    try:
        return _set(facts)
    except typst.TypstError:
        # An accessible PDF holds no character without a shape. Nobody is kept from filing by an emoji: it is named.
        return _set("".join(map(_shown, facts)))


def _set(facts: str) -> bytes:
    pdf: bytes = typst.compile(_TEMPLATE, sys_inputs={"facts": facts}, pdf_standards=["ua-1"], ignore_system_fonts=True)
    return pdf


def _shown(character: str) -> str:
    """The character, or its Unicode name in brackets; nothing for one that nobody sees, such as a soft hyphen."""
    code, category = ord(character), unicodedata.category(character)
    if category == "Cf":
        return ""
    if category in ("Zl", "Zp"):
        return " "
    if any(first <= code <= last for first, last in _SHOWN) and category not in ("Cn", "Cc"):
        return character
    return f"[{unicodedata.name(character, f'U+{code:04X}')}]"
