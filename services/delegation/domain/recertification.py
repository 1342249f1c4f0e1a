"""Once a year the access managers say of each mandate that they gave whether it is still needed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal

from services.delegation.domain.access_managers import AccessManagers
from services.delegation.domain.confirmations import AskedAs
from services.delegation.domain.enterprise_mandates import EnterpriseMandate
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.terms import legal_day

# What becomes of those that nobody confirms: nothing, and nobody is asked; it is asked once more; they are suspended.
Setting = Literal["off", "warn", "suspend"]

CONFIRMED_FOR = timedelta(days=365)
ANSWERED_WITHIN = timedelta(days=30)


def answer_due_on(now: datetime) -> date:
    """The last day to answer what is asked now."""
    return legal_day(now) + ANSWERED_WITHIN


def next_step(
    mandate: Mandate | EnterpriseMandate, *, managers: AccessManagers, setting: Setting, now: datetime
) -> Literal["ask", "suspend"] | None:
    """None: nothing is due. Nobody confirms his own, so that one whose holder is the only access manager stays; so does
    one that ends before an answer would be due. Nobody's mandate is suspended before that was announced, to one who may
    answer still: where all who were asked have gone, those who are there now are asked anew."""
    if setting == "off" or not _is_given(mandate) or not mandate.is_in_force(now):
        return None
    if mandate.needed_at + CONFIRMED_FOR > now or not _may_answer(managers, mandate):
        return None
    if not _was_asked(managers, mandate):
        return "ask" if mandate.valid_until > answer_due_on(now) else None
    if mandate.confirm_by is None or mandate.confirm_by >= legal_day(now):
        return None
    if setting == "warn":
        return None if mandate.asked_as == "reminded" else "ask"
    return "suspend" if mandate.asked_as == "suspending" else "ask"


def ask_to_confirm(
    mandate: Mandate | EnterpriseMandate, *, managers: AccessManagers, setting: Setting, now: datetime
) -> None:
    if setting == "suspend":
        asked_as: AskedAs = "suspending"
    else:
        asked_as = "reminded" if _was_asked(managers, mandate) else "warned"
    mandate.ask_to_confirm(by=answer_due_on(now), asked_as=asked_as)


def _was_asked(managers: AccessManagers, mandate: Mandate | EnterpriseMandate) -> bool:
    """Somebody was, who may answer still."""
    if mandate.confirm_by is None:
        return False
    return _may_answer(managers.in_place_on(mandate.confirm_by - ANSWERED_WITHIN), mandate)


def _may_answer(managers: AccessManagers, mandate: Mandate | EnterpriseMandate) -> bool:
    if isinstance(mandate, EnterpriseMandate):
        return bool(managers.person_ids)
    return bool(managers.others_than(mandate.person_id))


def _is_given(mandate: Mandate | EnterpriseMandate) -> bool:
    """By an access manager; not by CSAM's registry, nor by an office, whose own mandate it follows."""
    if isinstance(mandate, EnterpriseMandate):
        return mandate.office.state == "active"
    return mandate.granted_by is not None and mandate.designation_id is None and mandate.enterprise_mandate_id is None
