"""Establishments that closed, or are another enterprise's now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from chassis.logs import log
from contracts.identifiers import BceNumber, EstablishmentNumber
from services.delegation.domain.register import Establishment, loss_of
from services.delegation.storage import DelegationWork
from services.delegation.storage.limited import limited_to


def tell_of_lost_establishments(
    work: DelegationWork, news: Sequence[tuple[Establishment | None, Establishment]], *, now: datetime
) -> None:
    """``news``: each as it was, and as it is about to be stored. Those whom a mandate limited to one that is lost
    concerns are told; mostly there are none. Of an enterprise that was struck off itself nobody is: nobody gives roles
    there any more. Inside ``with work:``."""
    losses = [(known, entry, became) for known, entry in news if known and (became := loss_of(known, entry))]
    limited = limited_to(work, [known.establishment_number for known, *_ in losses], now=now) if losses else {}
    concerned = [loss for loss in losses if _key(loss[0]) in limited]
    if not concerned:
        return
    losing = {BceNumber(known.bce_number) for known, *_ in concerned}
    # To store them locks whoever has more than before, as what he refers to: with the others, in the order of their
    # numbers, or this and somebody who locks several would wait for one another.
    gaining = {entry.bce_number for known, entry in news if not known or known.bce_number != entry.bce_number}
    enterprises = work.enterprises.lock_several(losing | {BceNumber(number) for number in gaining})
    offices = {office for known, *_ in concerned for office in limited[_key(known)].offices}
    managers = work.mandates.access_managers_among(losing | offices, now=now)
    for known, entry, became in concerned:
        enterprise, there = enterprises[BceNumber(known.bce_number)], limited[_key(known)]
        # What moves to one that nobody knows is not stored.
        if enterprise.state != "active" or entry.bce_number not in enterprises:
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
