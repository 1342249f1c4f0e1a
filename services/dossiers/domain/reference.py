"""The reference number that people read to one another over the telephone."""

from __future__ import annotations


def reference_of(*, year: int, number: int) -> str:
    """``ME-2024-000123-34``: the last two digits check the others (97 minus their remainder by 97)."""
    return f"ME-{year}-{number:06d}-{97 - int(f'{year}{number:06d}') % 97:02d}"
