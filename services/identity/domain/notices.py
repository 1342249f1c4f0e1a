"""Notices with "do not show again", each in versions: a new version is shown to everybody again.

Raise a number here when the text of the notice changes in the portal.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

NEWS: Final = "news"
DATA_PROTECTION: Final = "data_protection"
CURRENT: Final = {NEWS: 1, DATA_PROTECTION: 1}


def key(name: str) -> str:
    """``news:1``: the notice in its present version."""
    return f"{name}:{CURRENT[name]}"


def is_notice(text: str) -> bool:
    """Of this or an earlier version: a page may have been open while a new one came."""
    name, _, version = text.partition(":")
    return name in CURRENT and version.isascii() and version.isdigit() and 1 <= int(version) <= CURRENT[name]


def to_show(*, acknowledged: Collection[str], space_is_open: bool) -> list[str]:
    """News to everybody; how her data are protected to who has opened her citizen space."""
    due = [key(NEWS)] + ([key(DATA_PROTECTION)] if space_is_open else [])
    return [notice for notice in due if notice not in acknowledged]
