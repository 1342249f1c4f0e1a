"""Of people, their addresses and their accounts."""

from __future__ import annotations

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
    PersonErased,
)
from services.notifications.domain.contacts import CITIZEN
from services.notifications.domain.notices.notice import SECRET, Notice, Recipient, notice_of


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
