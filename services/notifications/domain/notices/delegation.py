"""Of who may act for which enterprise."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from contracts.delegation import (
    AccessManagerWithdrawn,
    AssignmentsEnded,
    EnterpriseMandateChanged,
    EnterpriseMandated,
    EnterpriseMandateEnded,
    EnterpriseMandateRenewed,
    EnterpriseMandatesExpiring,
    EnterpriseOrphaned,
    EstablishmentLost,
    MandateChanged,
    MandateExpiring,
    MandateRevoked,
    MandatesExpiring,
    MandatesToConfirm,
    PersonInvited,
    RoleGranted,
    RoleRefused,
    RoleRequested,
    RoleRequestExpired,
)
from contracts.identifiers import BceNumber
from services.notifications.domain.notices.notice import SECRET, Notice, Recipient, notice_of


@notice_of.register
def _(event: RoleRequested) -> Notice:
    # Nobody decides his own request, so an access manager who asks for a role is not asked to.
    told_ids = event.manager_ids if event.told_ids is None else event.told_ids
    deciders = dict.fromkeys(manager for manager in told_ids if manager != event.person_id)
    return _notice(event, deciders, facts=_role_facts(event), link=f"/entreprises/{event.bce_number}/acces")


@notice_of.register
def _(event: RoleRefused) -> Notice:
    return _notice(event, [event.person_id], facts=_role_facts(event) | {"reason": event.reason}, link="/entreprises")


@notice_of.register
def _(event: RoleRequestExpired) -> Notice:
    return _notice(
        event,
        [event.person_id],
        facts=_role_facts(event) | {"requested_at": event.requested_at.isoformat()},
        link="/entreprises",
    )


@notice_of.register
def _(event: RoleGranted) -> Notice | None:
    # What CSAM's registry grants to a designated access manager, CSAM tells him.
    if event.granted_by is None:
        return None
    return _notice(
        event,
        [event.person_id],
        facts=_role_facts(event) | _term(event) | _limits(event),
        link=f"/entreprises/{event.bce_number}",
    )


@notice_of.register
def _(event: MandateChanged) -> Notice | None:
    # For the holder nothing changes, or it follows his own role in the office.
    if event.change == "confirmed" or event.with_office:
        return None
    if event.change == "renewed" and event.via_bce_number is not None:
        return None
    # It has another last day, and is suspended as before.
    rests = event.change == "renewed" and event.suspended_at is not None
    return _notice(
        event,
        [event.person_id],
        facts=_role_facts(event) | _term(event) | {"change": event.change} | ({"rests": "yes"} if rests else {}),
        link="/entreprises",
    )


@notice_of.register
def _(event: MandateExpiring) -> Notice:
    """Nobody renews his own: an access manager is told who can, and led to where that is explained."""
    manages = "mandate.manage" in event.permissions
    his_role = f"/acces/mandats/{event.mandate_id}" if manages and event.suspended_at is None else ""
    return _notice(
        event,
        [event.person_id],
        facts=_role_facts(event) | _term(event) | ({"is_manager": "yes"} if manages else {}),
        link=f"/entreprises/{event.bce_number}{his_role}",
    )


@notice_of.register
def _(event: MandatesExpiring) -> Notice:
    return _notice(
        event,
        event.manager_ids,
        facts=_enterprise_facts(event) | {"count": str(event.count), "first_on": event.first_on.isoformat()},
        link=f"/entreprises/{event.bce_number}/acces",
    )


@notice_of.register
def _(event: MandatesToConfirm) -> Notice:
    facts = {"count": str(event.count), "confirm_by": event.confirm_by.isoformat()}
    return _notice(
        event,
        event.manager_ids,
        facts=_enterprise_facts(event) | facts | {"will_suspend": "yes" if event.will_suspend else ""},
        link=f"/entreprises/{event.bce_number}/acces/confirmer",
    )


@notice_of.register
def _(event: MandateRevoked) -> Notice | None:
    if event.ended_with_account or event.ended_with_designation or event.ended_with_office:
        return None
    return _notice(
        event,
        [event.person_id],
        facts=_role_facts(event) | ({"is_assigned": "yes"} if event.via_bce_number else {}),
        link="/entreprises",
    )


@notice_of.register
def _(event: AccessManagerWithdrawn) -> Notice:
    """At the address that the registry had given for this, which is forgotten then."""
    language = event.language if event.sealed else None
    return Notice(
        kind=event.type,
        space=event.bce_number,
        recipients=(Recipient(person_id=event.person_id, sealed=event.sealed, language=language),),
        facts=_enterprise_facts(event),
        link="/entreprises",
    )


@notice_of.register
def _(event: EnterpriseOrphaned) -> Notice:
    return _notice(event, event.holder_ids, facts=_enterprise_facts(event), link=f"/entreprises/{event.bce_number}")


@notice_of.register
def _(event: EstablishmentLost) -> Notice:
    """Not all of them have access to the enterprise: an office's access managers do not."""
    facts = {"became": event.became, "establishment_number": str(event.establishment_number)}
    return _notice(
        event,
        dict.fromkeys([*event.holder_ids, *event.manager_ids]),
        facts=_enterprise_facts(event) | facts | {"establishment_name": event.establishment_name},
        link="/entreprises",
    )


@notice_of.register(EnterpriseMandated)
@notice_of.register(EnterpriseMandateRenewed)
def _(event: EnterpriseMandated | EnterpriseMandateRenewed) -> Notice:
    # It has another last day, and is suspended as before.
    rests = {"rests": "yes"} if event.suspended_at is not None else {}
    return _notice(
        event,
        event.manager_ids,
        facts=_chain_facts(event) | _limits(event) | rests,
        link=f"/entreprises/{event.office_bce_number}/acces/mandataires",
        space=event.office_bce_number,
    )


@notice_of.register
def _(event: EnterpriseMandateChanged) -> Notice:
    told_as = "client" if event.told_bce_number == event.bce_number else "office"
    return Notice(
        kind=event.type,
        space=event.told_bce_number,
        recipients=tuple(Recipient(person_id=manager_id) for manager_id in event.manager_ids),
        facts=_chain_facts(event)
        | {"change": event.change, "told_as": told_as}
        | ({"by_client": "yes"} if event.by_client else {}),
        link=f"/entreprises/{event.told_bce_number}/acces/mandataires",
    )


@notice_of.register
def _(event: EnterpriseMandateEnded) -> Notice:
    return _notice(
        event,
        event.manager_ids,
        facts=_chain_facts(event),
        link=f"/entreprises/{event.told_bce_number}/acces/mandataires",
        space=event.told_bce_number,
    )


@notice_of.register
def _(event: EnterpriseMandatesExpiring) -> Notice:
    facts = {"told_as": event.told_as, "count": str(event.count), "first_on": event.first_on.isoformat()}
    return _notice(
        event,
        event.manager_ids,
        facts=_enterprise_facts(event) | facts,
        link=f"/entreprises/{event.bce_number}/acces/mandataires",
    )


@notice_of.register
def _(event: AssignmentsEnded) -> Notice:
    return _notice(
        event, [event.person_id], facts=_enterprise_facts(event) | {"count": str(event.count)}, link="/entreprises"
    )


@notice_of.register
def _(event: PersonInvited) -> Notice:
    """By e-mail the link's secret is the invitation; who was invited by his number finds it among his own."""
    return Notice(
        kind=event.type,
        space=event.bce_number,
        recipients=(Recipient(person_id=event.person_id, sealed=event.sealed, language=event.language),),
        facts=_role_facts(event) | _limits(event) | {"expires_at": event.expires_at.isoformat()},
        link=f"/invitations/{SECRET}" if event.sealed else "/invitations",
        portal_link="/invitations",
        good_until=event.expires_at,
    )


def _notice(
    event: Any, told_ids: Iterable[UUID], *, facts: dict[str, str], link: str, space: BceNumber | None = None
) -> Notice:
    """To each at the address that is known of him, in the space of the enterprise unless another is named."""
    return Notice(
        kind=event.type,
        space=space or event.bce_number,
        recipients=tuple(Recipient(person_id=person_id) for person_id in told_ids),
        facts=facts,
        link=link,
    )


def _term(event: RoleGranted | MandateChanged | MandateExpiring) -> dict[str, str]:
    return {"valid_until": event.valid_until.isoformat()}


def _chain_facts(
    event: EnterpriseMandated | EnterpriseMandateRenewed | EnterpriseMandateChanged | EnterpriseMandateEnded,
) -> dict[str, str]:
    return _role_facts(event) | {
        "valid_until": event.valid_until.isoformat(),
        "office_name": event.office_name,
        "office_bce_number": str(event.office_bce_number),
    }


def _limits(event: RoleGranted | PersonInvited | EnterpriseMandated | EnterpriseMandateRenewed) -> dict[str, str]:
    """Which procedures and which establishment a role is limited to; nothing where it is for all."""
    limits = {"categories": ",".join(event.procedure_categories), "establishment_number": event.establishment_number}
    return {name: str(limit) for name, limit in limits.items() if limit}


def _role_facts(event: Any) -> dict[str, str]:
    """Of one that names an enterprise and a role."""
    return _enterprise_facts(event) | {"role": event.role}


def _enterprise_facts(event: Any) -> dict[str, str]:
    """Of one that names an enterprise."""
    bce_number: BceNumber = event.bce_number
    return {"enterprise_name": event.enterprise_name, "bce_number": str(bce_number)}
