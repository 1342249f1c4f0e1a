"""Some thousands of entities of a set, in one transaction: what is news is stored, and told where somebody cares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from services.delegation.commands import tell_if_orphaned, tell_of_lost_establishments
from services.delegation.domain.register import (
    Entry,
    Establishment,
    Reading,
    Told,
    news_of_enterprise,
    news_of_establishment,
)
from services.delegation.storage import DelegationWork
from services.delegation.storage.kbo import Register, next_end

ROWS_TAKEN = 10_000
# What EnterpriseChanged tells.
TOLD = ("name", "state", "struck_off_on", "juridical_form", "seat")

E = TypeVar("E", Entry, Establishment)
NewsOf = Callable[[str, E | None, Told | None, Reading], E | None]


def take_next(work: DelegationWork, reading: Reading, *, after: str) -> tuple[str, Counter[str]]:
    """Up to which entity, and of how many of each kind there was news. Inside ``with work:``."""
    upto = next_end(work, after, is_full=reading.is_full, most=ROWS_TAKEN)
    told = work.staged_entries.between(after, upto)
    enterprises = {number: parts for number, parts in told.items() if number < "2"}
    establishments = {number: parts for number, parts in told.items() if number >= "2"}
    count = _take_enterprises(work, enterprises, reading, after, upto)
    news = _find_news(work.establishments, news_of_establishment, establishments, reading, after, upto)
    if news:
        # Before they are stored: see there.
        tell_of_lost_establishments(work, list(news.values()), now=work.runtime.now())
        count["establishments"] = work.establishments.store([entry for _, entry in news.values()])
    return upto, count


def _take_enterprises(
    work: DelegationWork, told: Mapping[str, Told], reading: Reading, after: str, upto: str
) -> Counter[str]:
    news = _find_news(work.register, news_of_enterprise, told, reading, after, upto)
    if not news:
        return Counter()
    work.register.store([entry for _, entry in news.values()])
    renamed = {number: entry for number, (known, entry) in news.items() if _is_renamed(known, entry)}
    had_others = [number for number in renamed if news[number][0] is not None]
    work.enterprise_names.replace(list(renamed.values()), had_others=had_others)
    told_others = [number for number, (known, entry) in news.items() if _is_to_be_told(known, entry)]
    for enterprise in work.enterprises.watched_among(told_others) if told_others else ():
        if _comes_back(*news[enterprise.bce_number]):
            # It may have been left meanwhile.
            tell_if_orphaned(work, enterprise, now=work.runtime.now())
        work.announce(enterprise.as_event())
    return Counter(_kind_of_news(known, entry) for known, entry in news.values())


def _find_news(
    register: Register[E], news_of: NewsOf[E], told: Mapping[str, Told], reading: Reading, after: str, upto: str
) -> dict[str, tuple[E | None, E]]:
    """Looked for without a lock, since mostly there is none; then again where something stands that would change."""
    known = register.between(after, upto) if reading.is_full else register.among(told)
    news = _compare(news_of, told, known, told.keys() | known.keys(), reading)
    if stand := [number for number, (before, _) in news.items() if before is not None]:
        held = register.among_for_change(stand)
        fresh = {number: both for number, both in news.items() if both[0] is None}
        news = fresh | _compare(news_of, told, held, held, reading)
    return news


def _compare(
    news_of: NewsOf[E],
    told: Mapping[str, Told],
    known: Mapping[str, E],
    numbers: Iterable[str],
    reading: Reading,
) -> dict[str, tuple[E | None, E]]:
    compared = ((number, known.get(number)) for number in numbers)
    found = ((number, before, news_of(number, before, told.get(number), reading)) for number, before in compared)
    return {number: (before, entry) for number, before, entry in found if entry is not None}


def _is_to_be_told(known: Entry | None, entry: Entry) -> bool:
    """Nobody has a role in what is new."""
    return known is not None and any(getattr(known, name) != getattr(entry, name) for name in TOLD)


def _comes_back(known: Entry | None, entry: Entry) -> bool:
    return known is not None and known.state == "struck_off" and entry.state == "active"


def _is_renamed(known: Entry | None, entry: Entry) -> bool:
    return known is None or (known.name, known.names) != (entry.name, entry.names)


def _kind_of_news(known: Entry | None, entry: Entry) -> str:
    if known is None:
        return "new"
    return "struck_off" if entry.state != known.state == "active" else "changed"
