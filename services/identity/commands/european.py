"""The first sign-in of a European identity, and what an agent decides where two claim one national number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from chassis.limits import count_attempt
from chassis.seals import Sealer
from chassis.sessions import revoke_session
from contracts.errors import Refusal, Unavailable
from contracts.events import ActorFacts
from contracts.identifiers import NationalNumber
from contracts.identity import NoConflict, NumberLinkedAlready, NumberNotHers, OwnConflict, SessionUnknown, SignedIn
from services.identity.commands.people import look_up, record_sign_in
from services.identity.commands.sign_in import open_session
from services.identity.domain.contact import CITIZEN, WRITER
from services.identity.domain.european import EuropeanIdentity
from services.identity.domain.linking import Linking
from services.identity.domain.person import Person
from services.identity.domain.vouched import RegisterAnswer, RegisterFacts, Vouched
from services.identity.gateways.register import Register
from services.identity.metrics import SIGN_INS
from services.identity.storage import IdentityWork
from services.identity.tokens import Tokens, hashed

# For each European identity: numbers must not be found by trying.
NUMBERS_GIVEN: Final = 5
NUMBERS_GIVEN_PER: Final = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Given:
    """What she says of herself at her first sign-in."""

    national_number: NationalNumber
    email: str
    telephone: str


def link_european_identity(
    work: IdentityWork,
    *,
    linking_token: str,
    given: Given,
    register: Register,
    tokens: Tokens,
    sealer: Sealer,
    now: datetime,
) -> SignedIn:
    """The same linking again gets the same session. Raises LinkingUnknown, TooManyAttempts, NumberNotHers,
    NumberLinkedAlready, or Unavailable while the National Register is away."""
    token = tokens.linked_session_token(linking_token=linking_token)
    try:
        with work:
            linking = work.linkings.get_by_token(hashed(linking_token), now=now)
            identity = work.european_identities.get(linking.identity_id)
            if linking.session_id is not None:
                _require_alive(work, linking.session_id, now=now)
        if linking.session_id is None:
            _link(work, linking, given, _verify(work, identity, given, register, now), token, sealer=sealer, now=now)
    except Refusal as refusal:
        SIGN_INS.labels(refusal.code).inc()
        raise
    return SignedIn(session_token=token, return_to=linking.return_to)


def decide_european_conflict(
    work: IdentityWork,
    *,
    identity_id: UUID,
    person_id: UUID,
    accept: bool,
    reason: str,
    by: UUID,
    sealer: Sealer,
    now: datetime,
) -> None:
    """``person_id``: whose number it was about when the agent looked. Accepted, the other identity signs in no more,
    and its sessions end. Raises NoConflict, OwnConflict."""
    with work:
        identity = work.european_identities.get(identity_id, locked=True)
        if identity.person_id != person_id:
            raise NoConflict()
        agent = work.people.find(by)
        if agent is not None and identity.is_of(_facts_of(agent)):
            raise OwnConflict()
        if accept:
            _take_away(work, person_id, now=now)
            identity.accept(by=by, reason=reason, now=now)
            work.european_identities.flush()
            _announce_linked(work, identity, sealer=sealer, by=work.actor_facts)
        else:
            identity.refuse(by=by, reason=reason, now=now)
            sealed = sealer.seal(WRITER, {"email": str(identity.email), "reason": reason})
            # What is sent to who claimed the number does not say whose it is; the act concerns her too.
            work.announce(identity.refused(sealed=sealed, by=work.actor_facts), party=person_id)


def _verify(
    work: IdentityWork, identity: EuropeanIdentity, given: Given, register: Register, now: datetime
) -> RegisterAnswer:
    """Outside any transaction: the register may be slow."""
    answer = look_up(register, given.national_number, now=now)
    if answer.is_away:
        # Before the try is counted: she is not to blame.
        raise Unavailable()
    who = str(identity.identity_id)
    count_attempt(work.runtime, "number_of_european", who, most=NUMBERS_GIVEN, per=NUMBERS_GIVEN_PER, now=now)
    if not identity.is_of(answer.facts):
        raise NumberNotHers()
    return answer


def _link(
    work: IdentityWork,
    begun: Linking,
    given: Given,
    answer: RegisterAnswer,
    token: str,
    *,
    sealer: Sealer,
    now: datetime,
) -> None:
    with work:
        linking = work.linkings.get_by_token(begun.token_hash, now=now, locked=True)
        if linking.session_id is not None:
            # The same form was sent twice at once.
            return
        identity = work.european_identities.get(linking.identity_id, locked=True)
        # Locks the number: of two identities for which it is given at once, one finds the other linked.
        person_id = work.person_numbers.refer_to(given.national_number, now=now)
        other = work.european_identities.linked_to(person_id)
        is_taken = other is not None and other is not identity
        if other is not None and is_taken:
            is_news = (identity.state, identity.person_id) != ("contested", person_id)
            identity.contest(person_id, email=given.email, telephone=given.telephone, now=now)
            if is_news:
                _warn(work, identity, person_id, other, sealer=sealer)
        else:
            identity.link(person_id, email=given.email, telephone=given.telephone, now=now)
            work.european_identities.flush()
            _announce_linked(work, identity, sealer=sealer, by=ActorFacts(person_id=person_id, level=linking.level))
            _sign_in(work, linking, identity, given, answer, token, now=now)
    if is_taken:
        # Outside: the conflict stays for an agent.
        raise NumberLinkedAlready()


def _sign_in(
    work: IdentityWork,
    linking: Linking,
    identity: EuropeanIdentity,
    given: Given,
    answer: RegisterAnswer,
    token: str,
    *,
    now: datetime,
) -> None:
    vouched = Vouched(
        national_number=None,
        european=None,
        given_name=identity.given_name,
        surname=identity.surname,
        email=linking.email,
        language=identity.language,
        roles=linking.roles,
        level=linking.level,
        means=linking.means,
    )
    person = record_sign_in(work, vouched=vouched, national_number=given.national_number, register=answer, now=now)
    session = open_session(
        work,
        person_id=person.person_id,
        token=token,
        level=linking.level,
        means=linking.means,
        roles=linking.roles,
        browser=linking.browser,
        address=linking.address,
        now=now,
    )
    linking.succeed(session_id=session.session_id)


def _announce_linked(work: IdentityWork, identity: EuropeanIdentity, *, sealer: Sealer, by: ActorFacts) -> None:
    contact = work.contacts.find(identity.person_id, CITIZEN) if identity.person_id else None
    is_known = contact is not None and contact.email not in (None, identity.email)
    sealed = sealer.seal(WRITER, {"email": str(identity.email)})
    work.announce(identity.linked(sealed=sealed, is_known=is_known, by=by))


def _warn(
    work: IdentityWork, identity: EuropeanIdentity, person_id: UUID, other: EuropeanIdentity, *, sealer: Sealer
) -> None:
    """Her to whom the number is linked."""
    person, contact = work.people.find(person_id), work.contacts.find(person_id, CITIZEN)
    known = contact.email if contact is not None and contact.email else other.email
    work.announce(
        identity.contested(
            language=person.language if person else other.language,
            sealed=sealer.seal(WRITER, {"email": str(known)}),
            by=ActorFacts(),
        )
    )


def _facts_of(person: Person) -> RegisterFacts:
    return RegisterFacts(surname=person.surname, birth_on=person.birth_on, domicile=None)


def _take_away(work: IdentityWork, person_id: UUID, *, now: datetime) -> None:
    """The identity that the number was linked to, and the sessions that were opened with it."""
    other = work.european_identities.linked_to(person_id, locked=True)
    if other is None:
        return
    other.give_way(now=now)
    for session in work.sessions.of_person(person_id):
        if session.means == "eidas":
            revoked = session.end(by=work.actor_facts, now=now)
            work.announce(revoked)
            revoke_session(work, revoked)
    # At any time a number has one identity.
    work.flush()


def _require_alive(work: IdentityWork, session_id: UUID, *, now: datetime) -> None:
    session = work.sessions.find(session_id)
    if session is None or not session.is_alive(now):
        raise SessionUnknown()
