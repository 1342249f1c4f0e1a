"""Texts that people write."""

from __future__ import annotations

import unicodedata

# Letters and signs by their category, of which nothing shows all the same.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def can_be_seen(text: str) -> bool:
    """Something of it: it is more than spaces, signs of format or control, and marks upon no letter."""
    return any(unicodedata.category(each)[0] not in "ZCM" and each not in _BLANK for each in text)
