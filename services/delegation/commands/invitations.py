"""Inviting somebody to a role, and taking it."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from chassis.logs import log
from chassis.seals import Sealer
from contracts.errors import NotFound
from contracts.identifiers import BceNumber
from contracts.identity import Language
from services.delegation.commands.open_requests import tell_of_open_requests
from services.delegation.domain.addresses import hint_of_address
from services.delegation.domain.invitations import Invitation, hash_of, hash_of_address, index_of_address
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.scopes import WHOLE, Scope
from services.delegation.metrics import INVITATIONS, count_mandate, counting
from services.delegation.storage import DelegationWork


def invite_person(
    work: DelegationWork,
    *,
    bce_number: BceNumber,
    role: str,
    email: str | None,
    person_id: UUID | None,
    valid_until: date | None,
    language: Language,
    scope: Scope = WHOLE,
    invited_by: UUID,
    sealer: Sealer,
    address_key: bytes,
    now: datetime,
) -> Invitation:
    """``email`` or ``person_id``. The secret of the link leaves us sealed, for notifications; we keep its hash."""
    with work, counting(work, INVITATIONS, "sent"):
        # For change, so that two who invite the same person see one another.
        enterprise = work.enterprises.find_for_change(bce_number)
        if enterprise is None:
            # As for an enterprise whose access manager he is not.
            raise NotFound()
        managers = work.mandates.access_managers_of(bce_number, now=now)
        link = _seal_link(email, sealer) if email else {}
        index = index_of_address(email, bce_number=bce_number, key=address_key) if email else None
        invitation, invited = Invitation.invite(
            invitation_id=uuid7(),
            enterprise=enterprise,
            role=work.roles.get(role),
            by=invited_by,
            managers=managers,
            held=work.mandates.of_person_in(bce_number=bce_number, person_id=person_id) if person_id else [],
            valid_until=valid_until,
            language=language,
            person_id=person_id,
            beside=work.invitations.beside(bce_number=bce_number, person_id=person_id, address_index=index),
            **link,
            address_index=index,
            scope=scope,
            now=now,
        )
        # After its rules, which tell a stranger nothing of the enterprise.
        work.enterprises.require_establishment(bce_number, scope.establishment_number)
        work.invitations.add(invitation)
        work.act_under(managers.authority_of(invited_by, over=invitation.role))
        work.announce(invited)
        _log_after_commit(work, "invite_person", invitation)
        return invitation


def accept_invitation(
    work: DelegationWork,
    *,
    secret: str | None,
    invitation_id: UUID | None,
    accepted_by: UUID,
    person_name: str,
    addresses: list[str],
    now: datetime,
) -> Mandate:
    """``secret`` of a link, or ``invitation_id`` of one addressed to him who accepts, who has confirmed these
    ``addresses`` with identity."""
    with work, counting(work, INVITATIONS, "accepted"):
        invitation = _get_for_answer(work, secret, invitation_id, accepted_by)
        if secret is not None:
            invitation.require_sent_to(addresses, secret=secret)
        bce_number = invitation.enterprise.bce_number
        managers = work.mandates.access_managers_of(bce_number, now=now)
        mandate, granted = invitation.accept(
            by=accepted_by,
            person_name=person_name,
            managers=managers,
            held=work.mandates.of_person_in(bce_number=bce_number, person_id=accepted_by),
            mandate_id=uuid7(),
            now=now,
        )
        work.mandates.add(mandate)
        work.announce(granted)
        tell_of_open_requests(work, mandate, now=now)
        count_mandate(work, "granted")
        _log_after_commit(work, "accept_invitation", invitation)
        return mandate


def decline_invitation(
    work: DelegationWork,
    *,
    secret: str | None,
    invitation_id: UUID | None,
    declined_by: UUID,
    addresses: list[str],
    now: datetime,
) -> Invitation:
    """As ``accept_invitation``."""
    with work, counting(work, INVITATIONS, "declined"):
        invitation = _get_for_answer(work, secret, invitation_id, declined_by)
        if secret is not None:
            invitation.require_sent_to(addresses, secret=secret)
        managers = work.mandates.access_managers_of(invitation.enterprise.bce_number, now=now)
        work.announce(invitation.decline(by=declined_by, managers=managers, now=now))
        _log_after_commit(work, "decline_invitation", invitation)
        return invitation


def withdraw_invitation(work: DelegationWork, *, invitation_id: UUID, withdrawn_by: UUID, now: datetime) -> Invitation:
    with work, counting(work, INVITATIONS, "withdrawn"):
        invitation = work.invitations.get_for_change(invitation_id)
        managers = work.mandates.access_managers_of(invitation.enterprise.bce_number, now=now)
        ended = invitation.withdraw(by=withdrawn_by, managers=managers, now=now)
        work.act_under(managers.authority_of(withdrawn_by))
        work.announce(ended)
        _log_after_commit(work, "withdraw_invitation", invitation)
        return invitation


def resend_invitation(work: DelegationWork, *, invitation_id: UUID, resent_by: UUID, now: datetime) -> Invitation:
    """With the same link."""
    with work, counting(work, INVITATIONS, "resent"):
        invitation = work.invitations.get_for_change(invitation_id)
        bce_number = invitation.enterprise.bce_number
        managers = work.mandates.access_managers_of(bce_number, now=now)
        beside = work.invitations.beside(
            bce_number=bce_number, person_id=invitation.person_id, address_index=invitation.address_index
        )
        invited = invitation.resend(by=resent_by, managers=managers, beside=beside, now=now)
        work.act_under(managers.authority_of(resent_by, over=invitation.role))
        work.announce(invited)
        _log_after_commit(work, "resend_invitation", invitation)
        return invitation


def forget_addresses(work: DelegationWork, *, now: datetime) -> None:
    """To which invitations went that nobody took within their term."""
    with work:
        forgotten = work.invitations.forget_addresses(expired_before=now)
        work.after_commit(lambda: log.info("forget_addresses", count=forgotten))


def _get_for_answer(
    work: DelegationWork, secret: str | None, invitation_id: UUID | None, person_id: UUID
) -> Invitation:
    if secret is not None:
        return work.invitations.get_for_change_by_link(secret_hash=hash_of(secret))
    assert invitation_id is not None
    return work.invitations.get_of_person_for_change(invitation_id=invitation_id, person_id=person_id)


def _seal_link(email: str, sealer: Sealer) -> dict[str, Any]:
    secret = secrets.token_urlsafe(32)
    return {
        "secret_hash": hash_of(secret),
        "address_hash": hash_of_address(email, secret),
        "address_hint": hint_of_address(email),
        "sealed": sealer.seal("notifications", {"email": email, "secret": secret}),
    }


def _log_after_commit(work: DelegationWork, verb: str, invitation: Invitation) -> None:
    invitation_id = str(invitation.invitation_id)
    work.after_commit(lambda: log.info(verb, invitation_id=invitation_id))
