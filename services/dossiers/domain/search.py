"""Few words find a title: accents, case, endings, parts of words and slips of typing do not matter.

Over the few titles there are, in memory; no index could be simpler.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

_NOT_SEARCHED = frozenset(
    (
        "a",
        "au",
        "aux",
        "d",
        "de",
        "des",
        "du",
        "en",
        "et",
        "l",
        "la",
        "le",
        "les",
        "ou",
        "par",
        "pour",
        "sur",
        "un",
        "une",
    )
)
# One slip in a word of five letters still passes, two in a word of ten.
_ALIKE = 0.79


def words_of(text: str) -> list[str]:
    """Lower case, without accents; small words only if there is nothing else."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    words = re.findall(r"[a-z0-9]+", "".join(each for each in plain if not unicodedata.combining(each)))
    return [word for word in words if word not in _NOT_SEARCHED] or words


def score(text: str, among: Iterable[str]) -> float:
    """How well the words of ``text`` are found among some texts: 0 when one is not, 1 when all are whole words."""
    sought = words_of(text)
    words = {word for each in among for word in words_of(each)}
    if not sought:
        return 1.0
    best = [max((_likeness(part, word) for word in words), default=0.0) for part in sought]
    return sum(best) / len(best) if all(best) else 0.0


def _likeness(part: str, word: str) -> float:
    if part == word:
        return 1.0
    if word.startswith(part):
        return 0.9
    if len(part) >= 3 and part in word:
        return 0.7
    if len(part) < 4:
        return 0.0
    # Endings: "immobilières" against "immobilier"; slips at the start of a longer word: "reclmat".
    near = max(_ratio(part, word), _ratio(part, word[: len(part) + 1]))
    return 0.6 * near if near >= _ALIKE else 0.0


def _ratio(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()
