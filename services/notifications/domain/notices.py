"""What an event means for whom: the kind of message, its recipients, facts and link. One rule for each event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import singledispatch
from typing import Any
from uuid import UUID

from contracts.delegation import (
    AccessManagerWithdrawn,
    EnterpriseMandated,
    EnterpriseMandateEnded,
    EnterpriseMandateRenewed,
    EnterpriseOrphaned,
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
from contracts.dossiers import ComplementRequested, DossierDecided, DossierEvent, DossierReassigned, DossierSubmitted
from contracts.events import Event, Sealed
from contracts.identifiers import BceNumber
from contracts.identity import (
    AccountDeletionAccepted,
    AccountDeletionCancelled,
    AccountDeletionDiscussed,
    AccountDeletionRefused,
    AccountDeletionRequested,
    EmailConfirmationRequested,
    EmailConfirmed,
    EuropeanIdentityContested,
    EuropeanIdentityLinked,
    EuropeanIdentityRefused,
    Language,
    PersonErased,
)
from services.notifications.domain.contacts import CITIZEN

# Stands in a link for the secret of the sealed field.
SECRET = "{secret}"  # noqa: S105


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """``sealed`` with ``language``: told at the address inside. Else at the person's contact."""

    person_id: UUID | None
    sealed: Sealed | None = None
    language: Language | None = None

    @property
    def key(self) -> str:
        """Unique among the recipients of one event."""
        return str(self.person_id) if self.person_id else "invited"


@dataclass(frozen=True, kw_only=True)
class Notice:
    """``link``: path in the portal that the mail leads to; ``portal_link``: that the portal's message leads to, where
    it differs (a link's secret proves that the mailbox was read, so it is never shown in the portal).
    ``good_until``: after it the mail would be useless. ``facts``: public values for sentences; dates are ISO 8601."""

    kind: str
    space: str
    recipients: tuple[Recipient, ...]
    facts: Mapping[str, str]
    link: str
    portal_link: str | None = None
    good_until: datetime | None = None


@singledispatch
def notice_of(event: Event) -> Notice | None:
    """What to tell; None when nobody is to be told."""
    raise TypeError(f"no rule tells whom {type(event).__name__} concerns")


@notice_of.register
def _(event: EmailConfirmationRequested) -> Notice:
    return Notice(
        kind=event.type,
        space=event.space,
        recipients=(Recipient(person_id=event.person_id, sealed=event.sealed, language=event.language),),
        facts={
            "expires_at": event.expires_at.isoformat(),
            **({} if event.space == CITIZEN and event.is_first else {"is_for": event.space}),
        },
        link=f"/confirmer/{SECRET}",
        portal_link="/profil",
        good_until=event.expires_at,
    )


@notice_of.register
def _(event: EmailConfirmed) -> Notice | None:
    """Where another took its place, at the former address."""
    if event.sealed_former is None:
        return None
    return Notice(
        kind=event.type,
        space=event.space,
        recipients=(Recipient(person_id=event.person_id, sealed=event.sealed_former, language=event.language),),
        facts={"is_for": event.space},
        link="/profil/adresses",
    )


@notice_of.register(AccountDeletionRequested)
@notice_of.register(AccountDeletionAccepted)
@notice_of.register(AccountDeletionRefused)
@notice_of.register(AccountDeletionCancelled)
def _(
    event: AccountDeletionRequested | AccountDeletionAccepted | AccountDeletionRefused | AccountDeletionCancelled,
) -> Notice:
    return Notice(
        kind=event.type,
        space=CITIZEN,
        recipients=(Recipient(person_id=event.person_id),),
        facts={"erases_at": event.erases_at.isoformat()} if event.erases_at else {},
        link="/profil/suppression",
    )


@notice_of.register
def _(event: AccountDeletionDiscussed) -> Notice:
    """The agent's words are in the mail alone."""
    return Notice(
        kind=event.type,
        space=CITIZEN,
        recipients=(Recipient(person_id=event.person_id, sealed=event.sealed, language=event.language),),
        facts={},
        link="/profil/suppression",
    )


@notice_of.register
def _(event: EuropeanIdentityLinked) -> Notice:
    """Who had an account is told where she was written to before: somebody else may have given her number."""
    given = Recipient(
        person_id=None if event.is_known else event.person_id, sealed=event.sealed, language=event.language
    )
    return Notice(
        kind=event.type,
        space=CITIZEN,
        recipients=(given, Recipient(person_id=event.person_id)) if event.is_known else (given,),
        facts={"country": event.country},
        link="/profil",
    )


@notice_of.register
def _(event: EuropeanIdentityContested) -> Notice:
    return Notice(
        kind=event.type,
        space=CITIZEN,
        recipients=(Recipient(person_id=event.person_id, sealed=event.sealed, language=event.language),),
        facts={"country": event.country},
        link="/profil",
    )


@notice_of.register
def _(event: EuropeanIdentityRefused) -> Notice:
    """By mail alone: who it is for has no account by it."""
    return Notice(
        kind=event.type,
        space=CITIZEN,
        recipients=(Recipient(person_id=None, sealed=event.sealed, language=event.language),),
        facts={"country": event.country},
        link="/connexion",
    )


@notice_of.register
def _(event: PersonErased) -> Notice | None:
    """For the last time; in the portal there is nobody left to read it."""
    if event.sealed is None:
        return None
    return Notice(
        kind=event.type,
        space=CITIZEN,
        recipients=(Recipient(person_id=None, sealed=event.sealed, language=event.language),),
        facts={},
        link="/",
    )


@notice_of.register
def _(event: RoleRequested) -> Notice:
    # Nobody decides his own request, so an access manager who asks for a role is not asked to.
    told_ids = event.manager_ids if event.told_ids is None else event.told_ids
    deciders = dict.fromkeys(manager for manager in told_ids if manager != event.person_id)
    return Notice(
        kind=event.type,
        space=event.bce_number,
        recipients=tuple(Recipient(person_id=manager) for manager in deciders),
        facts=_role_facts(event),
        link=f"/entreprises/{event.bce_number}/acces",
    )


@notice_of.register
def _(event: RoleRefused) -> Notice:
    return Notice(
        kind=event.type,
        space=event.bce_number,
        recipients=(Recipient(person_id=event.person_id),),
        facts=_role_facts(event) | {"reason": event.reason},
        link="/entreprises",
    )


@notice_of.register
def _(event: RoleRequestExpired) -> Notice:
    return Notice(
        kind=event.type,
        space=event.bce_number,
        recipients=(Recipient(person_id=event.person_id),),
        facts=_role_facts(event) | {"requested_at": event.requested_at.isoformat()},
        link="/entreprises",
    )


@notice_of.register
def _(event: RoleGranted) -> Notice | None:
    # What CSAM's registry grants to a designated access manager, CSAM tells him.
    if event.granted_by is None:
        return None
    return Notice(
        kind=event.type,
        space=event.bce_number,
        recipients=(Recipient(person_id=event.person_id),),
        facts=_role_facts(event) | _term(event) | ({"is_limited": "yes"} if _is_limited(event) else {}),
        link=f"/entreprises/{event.bce_number}",
    )


@notice_of.register
def _(event: MandateChanged) -> Notice | None:
    # For the holder nothing changes.
    if event.change == "confirmed":
        return None
    return Notice(
        kind=event.type,
        space=event.bce_number,
        recipients=(Recipient(person_id=event.person_id),),
        facts=_role_facts(event) | _term(event) | {"change": event.change},
        link="/entreprises",
    )


@notice_of.register
def _(event: MandateExpiring) -> Notice:
    return Notice(
        kind=event.type,
        space=event.bce_number,
        recipients=(Recipient(person_id=event.person_id),),
        facts=_role_facts(event) | _term(event),
        link=f"/entreprises/{event.bce_number}",
    )


@notice_of.register
def _(event: MandatesExpiring) -> Notice:
    return Notice(
        kind=event.type,
        space=event.bce_number,
        recipients=tuple(Recipient(person_id=manager_id) for manager_id in event.manager_ids),
        facts=_enterprise_facts(event) | {"count": str(event.count), "first_on": event.first_on.isoformat()},
        link=f"/entreprises/{event.bce_number}/acces",
    )


@notice_of.register
def _(event: MandatesToConfirm) -> Notice:
    facts = {"count": str(event.count), "confirm_by": event.confirm_by.isoformat()}
    return Notice(
        kind=event.type,
        space=event.bce_number,
        recipients=tuple(Recipient(person_id=manager_id) for manager_id in event.manager_ids),
        facts=_enterprise_facts(event) | facts | {"will_suspend": "yes" if event.will_suspend else ""},
        link=f"/entreprises/{event.bce_number}/acces/confirmer",
    )


@notice_of.register
def _(event: MandateRevoked) -> Notice | None:
    if event.ended_with_account or event.ended_with_designation:
        return None
    return Notice(
        kind=event.type,
        space=event.bce_number,
        recipients=(Recipient(person_id=event.person_id),),
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
    return Notice(
        kind=event.type,
        space=event.bce_number,
        recipients=tuple(Recipient(person_id=person_id) for person_id in event.holder_ids),
        facts=_enterprise_facts(event),
        link=f"/entreprises/{event.bce_number}",
    )


@notice_of.register(EnterpriseMandated)
@notice_of.register(EnterpriseMandateRenewed)
def _(event: EnterpriseMandated | EnterpriseMandateRenewed) -> Notice:
    return Notice(
        kind=event.type,
        space=event.office_bce_number,
        recipients=tuple(Recipient(person_id=manager_id) for manager_id in event.manager_ids),
        facts=_chain_facts(event),
        link=f"/entreprises/{event.office_bce_number}/acces/mandataires",
    )


@notice_of.register
def _(event: EnterpriseMandateEnded) -> Notice:
    return Notice(
        kind=event.type,
        space=event.told_bce_number,
        recipients=tuple(Recipient(person_id=manager_id) for manager_id in event.manager_ids),
        facts=_chain_facts(event),
        link=f"/entreprises/{event.told_bce_number}/acces/mandataires",
    )


@notice_of.register
def _(event: PersonInvited) -> Notice:
    """By e-mail the link's secret is the invitation; who was invited by his number finds it among his own."""
    return Notice(
        kind=event.type,
        space=event.bce_number,
        recipients=(Recipient(person_id=event.person_id, sealed=event.sealed, language=event.language),),
        facts=_role_facts(event) | {"expires_at": event.expires_at.isoformat()},
        link=f"/invitations/{SECRET}" if event.sealed else "/invitations",
        portal_link="/invitations",
        good_until=event.expires_at,
    )


@notice_of.register
def _(event: DossierReassigned) -> Notice | None:
    # Who takes it over himself knows.
    return None if event.actor.person_id == event.person_id else _dossier_notice(event)


@notice_of.register(DossierSubmitted)
@notice_of.register(ComplementRequested)
@notice_of.register(DossierDecided)
def _dossier_notice(event: DossierEvent) -> Notice:
    titles = {f"title_{language}": title for language, title in event.title.items()}
    optional = {
        "reference": event.reference,
        "submitted_at": event.submitted_at and event.submitted_at.isoformat(),
        "content_digest": event.content_digest,
        "complement_due_at": event.complement_due_at and event.complement_due_at.isoformat(),
        "outcome": event.outcome,
        "bce_number": event.bce_number,
    }
    return Notice(
        kind=event.type,
        space=event.bce_number or CITIZEN,
        recipients=(Recipient(person_id=event.person_id),),
        facts={
            **titles,
            "title": event.title.get("fr") or next(iter(event.title.values()), event.procedure),
            **{name: str(value) for name, value in optional.items() if value},
        },
        link=f"/dossiers/{event.dossier_id}",
    )


def _term(event: RoleGranted | MandateChanged | MandateExpiring) -> dict[str, str]:
    return {"valid_until": event.valid_until.isoformat()}


def _chain_facts(event: EnterpriseMandated | EnterpriseMandateRenewed | EnterpriseMandateEnded) -> dict[str, str]:
    return _role_facts(event) | {
        "valid_until": event.valid_until.isoformat(),
        "office_name": event.office_name,
        "office_bce_number": str(event.office_bce_number),
    }


def _is_limited(event: RoleGranted) -> bool:
    return event.establishment_number is not None or bool(event.procedure_categories)


def _role_facts(event: Any) -> dict[str, str]:
    """Of one that names an enterprise and a role."""
    return _enterprise_facts(event) | {"role": event.role}


def _enterprise_facts(event: Any) -> dict[str, str]:
    """Of one that names an enterprise."""
    bce_number: BceNumber = event.bce_number
    return {"enterprise_name": event.enterprise_name, "bce_number": str(bce_number)}
