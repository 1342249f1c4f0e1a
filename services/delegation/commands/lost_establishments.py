"""Establishments that closed, or are another enterprise's now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from chassis.logs import log
from contracts.identifiers import BceNumber, EstablishmentNumber
from services.delegation.domain.enterprises import Loss
from services.delegation.domain.register import Establishment
from services.delegation.storage import DelegationWork
from services.delegation.storage.limited import limited_to


def tell_of_lost_establishments(
    work: DelegationWork, losses: Sequence[tuple[Establishment, Loss]], *, now: datetime
) -> None:
    """``losses``: each as it was, and what became of it. Those whom a mandate limited to one concerns are told; mostly
    there are none. Of an enterprise that was struck off itself nobody is: nobody gives roles there any more. Inside
    ``with work:``."""
    limited = limited_to(work, [known.establishment_number for known, _ in losses], now=now) if losses else {}
    concerned = [(known, became) for known, became in losses if _key(known) in limited]
    if not concerned:
        return
    enterprises = work.enterprises.lock_several(BceNumber(known.bce_number) for known, _ in concerned)
    offices = {office for known, _ in concerned for office in limited[_key(known)].offices}
    managers = work.mandates.access_managers_among(enterprises.keys() | offices, now=now)
    for known, became in concerned:
        enterprise, there = enterprises[BceNumber(known.bce_number)], limited[_key(known)]
        if enterprise.state != "active":
            continue
        of_offices = (person_id for office in there.offices for person_id in managers[office].person_ids)
        lost = enterprise.lose_establishment(
            EstablishmentNumber(known.establishment_number),
            name=known.name,
            became=became,
            holder_ids=sorted(there.person_ids.union(of_offices)),
            manager_ids=managers[enterprise.bce_number].person_ids,
            now=now,
        )
        work.announce(lost)
        named = {"bce_number": lost.bce_number, "establishment_number": lost.establishment_number}
        work.after_commit(partial(log.info, "lose_establishment", **named, became=became))


def _key(known: Establishment) -> tuple[str, str]:
    return known.bce_number, known.establishment_number
