"""Signing in at the identity provider and coming back."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from uuid_utils.compat import uuid7

from contracts.errors import CommandIdReused, ConcurrentChange, LevelTooLow, Refusal, Unavailable
from contracts.events import ActorFacts
from contracts.identifiers import NationalNumber
from contracts.identity import Means, MeansName, ProviderRefused, SignedIn, SignInBegun, SignInUnknown
from services.identity.commands.people import look_up, record_sign_in
from services.identity.domain import means as means_rules
from services.identity.domain.linking import LASTS as LINKING_LASTS
from services.identity.domain.linking import Linking
from services.identity.domain.session import Session
from services.identity.domain.sign_in import LASTS, SignIn
from services.identity.domain.vouched import Vouched
from services.identity.gateways.csam import Csam
from services.identity.gateways.register import Register
from services.identity.metrics import SIGN_INS
from services.identity.storage import IdentityWork
from services.identity.tokens import Tokens, code_verifier, hashed, nonce

# While one request exchanges the code, another of the same browser waits so long, looking so often.
WAIT_SECONDS: Final = 5.0
LOOK_SECONDS: Final = 0.1


def begin_sign_in(
    work: IdentityWork,
    *,
    return_to: str,
    callback_url: str,
    means: MeansName | None,
    minimum_level: int,
    offered: list[Means],
    caller: str,
    command_id: UUID,
    csam: Csam,
    tokens: Tokens,
    now: datetime,
) -> SignInBegun:
    """A repeat with the same ``command_id`` gets the same answer: its secrets are derived from it."""
    if means is not None:
        means_rules.require_usable(offered, name=means, minimum_level=minimum_level)
    state = tokens.state(caller=caller, command_id=command_id)
    browser_secret = tokens.browser_secret(caller=caller, command_id=command_id)
    authorization_url = csam.authorization_url(
        state=state,
        nonce=nonce(browser_secret),
        code_verifier=code_verifier(browser_secret),
        callback_url=callback_url,
        level=means_rules.asked_level(minimum_level),
        means=means,
    )
    with work:
        earlier = work.sign_ins.find_by_state(hashed(state))
        if earlier is None:
            work.sign_ins.add(
                SignIn(
                    sign_in_id=uuid7(),
                    state_hash=hashed(state),
                    browser_secret_hash=hashed(browser_secret),
                    return_to=return_to,
                    callback_url=callback_url,
                    means=means,
                    minimum_level=minimum_level,
                    begun_at=now,
                    expires_at=now + LASTS,
                )
            )
        elif not earlier.is_for(
            return_to=return_to, callback_url=callback_url, means=means, minimum_level=minimum_level
        ):
            raise CommandIdReused(command_id=str(command_id))
    return SignInBegun(authorization_url=authorization_url, state=state, browser_secret=browser_secret)


@dataclass(frozen=True, kw_only=True)
class BroughtBack:
    """What the browser brings back from the provider, with the secret that it was given when it left; what it calls
    itself and where it is, by which a person knows her sessions apart."""

    state: str
    code: str
    browser_secret: str
    browser: str = ""
    address: str = ""


def complete_sign_in(
    work: IdentityWork, *, brought: BroughtBack, csam: Csam, register: Register, tokens: Tokens, now: datetime
) -> SignedIn:
    """The same state, code and browser again get the same session, for ten minutes and while it lasts."""
    token = tokens.session_token(state=brought.state, code=brought.code, browser_secret=brought.browser_secret)
    try:
        sign_in = _claim(work, brought, now=now)
        if sign_in.session_id is None and sign_in.linking_id is None:
            vouched = _exchange(work, sign_in, brought, csam=csam, now=now)
            sign_in = _admit(work, vouched, brought=brought, register=register, token=token, now=now)
    except Refusal as refusal:
        SIGN_INS.labels(refusal.code).inc()
        raise
    if sign_in.linking_id is not None:
        return SignedIn(session_token=None, linking_token=token, return_to=sign_in.return_to)
    return SignedIn(session_token=token, return_to=sign_in.return_to)


def _claim(work: IdentityWork, brought: BroughtBack, *, now: datetime) -> SignIn:
    """The sign-in, ours to exchange; or done already, with a session that is alive."""
    code_hash, browser_secret_hash = hashed(brought.code), hashed(brought.browser_secret)
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        with work:
            sign_in = _locked(work, brought.state)
            turn = sign_in.come_back(code_hash=code_hash, browser_secret_hash=browser_secret_hash, now=now)
            if turn == "done":
                _require_alive(work, sign_in, now=now)
        if turn != "wait":
            return sign_in
        # A provider takes a code once, so of two requests (a reload) the second waits for the first.
        if time.monotonic() > deadline:
            raise ConcurrentChange()
        time.sleep(LOOK_SECONDS)


def _locked(work: IdentityWork, state: str) -> SignIn:
    sign_in = work.sign_ins.find_by_state(hashed(state), locked=True)
    if sign_in is None:
        raise SignInUnknown()
    return sign_in


def _require_alive(work: IdentityWork, sign_in: SignIn, *, now: datetime) -> None:
    if sign_in.session_id is not None:
        session = work.sessions.find(sign_in.session_id)
        if session is None or not session.is_alive(now):
            raise SignInUnknown()


def _exchange(work: IdentityWork, sign_in: SignIn, brought: BroughtBack, *, csam: Csam, now: datetime) -> Vouched:
    """Outside any transaction: a slow provider must not hold connections that others need."""
    try:
        vouched = csam.vouch(
            code=brought.code,
            nonce=nonce(brought.browser_secret),
            code_verifier=code_verifier(brought.browser_secret),
            callback_url=sign_in.callback_url,
            now=now,
        )
        means_rules.require_level(vouched.level, minimum=sign_in.minimum_level)
    except (ProviderRefused, LevelTooLow):
        with work:
            _locked(work, brought.state).fail(now=now)
        raise
    except Unavailable:
        with work:
            _locked(work, brought.state).pause()
        raise
    # What she asked for, where the provider does not say: to recognise her session by, and nothing more.
    return vouched if vouched.means is not None else replace(vouched, means=sign_in.means)


def _admit(
    work: IdentityWork, vouched: Vouched, *, brought: BroughtBack, register: Register, token: str, now: datetime
) -> SignIn:
    """A session; or, for a European identity that is linked to nobody, the question for her number."""
    number = vouched.national_number or _number_of(work, vouched, now=now)
    answer = look_up(register, number, now=now) if number is not None else None
    with work:
        sign_in = _locked(work, brought.state)
        # Once more: an agent may have given the number to another identity meanwhile.
        if (
            number is None
            or answer is None
            or (vouched.national_number is None and _number_of(work, vouched, now=now) != number)
        ):
            linking = _ask_for_number(work, vouched, return_to=sign_in.return_to, brought=brought, token=token, now=now)
            sign_in.wait_for_number(linking_id=linking.linking_id)
            work.after_commit(SIGN_INS.labels("number_asked").inc)
        else:
            person = record_sign_in(work, vouched=vouched, national_number=number, register=answer, now=now)
            session = open_session(
                work,
                person_id=person.person_id,
                token=token,
                level=vouched.level,
                means=vouched.means,
                roles=vouched.roles,
                browser=brought.browser,
                address=brought.address,
                now=now,
            )
            sign_in.succeed(session_id=session.session_id)
    return sign_in


def _number_of(work: IdentityWork, vouched: Vouched, *, now: datetime) -> NationalNumber | None:
    """To which a European identity was linked."""
    with work:
        identity = work.european_identities.meet(vouched, now=now)
        if identity.state != "linked" or identity.person_id is None:
            return None
        return work.person_numbers.get(identity.person_id)


def _ask_for_number(
    work: IdentityWork, vouched: Vouched, *, return_to: str, brought: BroughtBack, token: str, now: datetime
) -> Linking:
    linking = Linking(
        linking_id=uuid7(),
        token_hash=hashed(token),
        identity_id=work.european_identities.meet(vouched, now=now).identity_id,
        return_to=return_to,
        level=vouched.level,
        means=vouched.means,
        roles=vouched.roles,
        email=vouched.email,
        browser=brought.browser,
        address=brought.address,
        expires_at=now + LINKING_LASTS,
    )
    work.linkings.add(linking)
    return linking


def open_session(
    work: IdentityWork, *, person_id: UUID, token: str, level: int, means: MeansName | None, now: datetime, **more: Any
) -> Session:
    """``more``: roles, browser, address."""
    with work:
        session = Session.begin(
            session_id=uuid7(),
            token_hash=hashed(token),
            person_id=person_id,
            level=level,
            means=means,
            now=now,
            **more,
        )
        work.sessions.add(session)
        herself = ActorFacts(person_id=person_id, level=level)
        work.record("signed_in", subject=f"session:{session.session_id}", party=person_id, by=herself)
        work.after_commit(SIGN_INS.labels("signed_in").inc)
        return session
