"""Pieces of sign-ins and links, stolen, mixed and used again in whatever order; the model says what may come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from contracts.errors import Refusal
from services.identity.domain import contact, session, sign_in
from services.identity.storage import tables
from tests.integration.identity.conftest import AtItsOwnTime
from tests.integration.identity.house import House
from tests.integration.identity.provider import CALLBACK, WickedProvider
from tests.support.counting import counted

OUTCOMES = ("signed_in", "sign_in_unknown", "provider_refused")
ENTERPRISE = "0403019261"


@dataclass
class Begun:
    """A sign-in of one browser, and what the model expects of it."""

    state: str
    secret: str
    url: str
    begun_at: datetime
    code: str | None = None
    is_failed: bool = False
    token: str | None = None


@dataclass
class Code:
    text: str
    of: Begun | None


@dataclass
class Alive:
    token: str
    begun_at: datetime
    seen_at: datetime
    is_ended: bool = False

    def is_alive(self, now: datetime) -> bool:
        idle, whole = now - self.seen_at, now - self.begun_at
        return not self.is_ended and idle < session.IDLE_LIMIT and whole < session.ABSOLUTE_LIMIT


@dataclass
class Sent:
    secret: str
    asked_at: datetime
    is_over: bool = False


def outcome_of(act: Callable[[], Any]) -> tuple[str, Any]:
    """The code of our refusal, or "done" and the answer; any other error goes through."""
    try:
        return "done", act()
    except Refusal as refusal:
        return refusal.code, None


class Attack(RuleBasedStateMachine):
    """Several browsers, of which one is the attacker's; he sees all states, codes, secrets and links of the others."""

    begun = Bundle("begun")
    codes = Bundle("codes")
    tokens = Bundle("tokens")
    links = Bundle("links")

    def __init__(self, house: House, provider: WickedProvider) -> None:
        super().__init__()
        self.house, self.provider = house, provider
        # What other examples did is long past.
        house.later(hours=13)
        self.csam = AtItsOwnTime(house.gateways.csam)
        self.sessions: dict[str, Alive] = {}
        self.sent: list[Sent] = []
        self.all_begun: list[Begun] = []
        self.expected = dict.fromkeys(OUTCOMES, 0)
        self.before = self.counted()
        self.confirmed = len(house.announced("email_confirmed"))
        self.sessions_before = self.rows()

    # ------------------------------------------------------------ signing in

    @initialize(target=begun)
    def two_browsers_begin(self) -> Any:
        return multiple(self.begin(), self.begin())

    @rule(target=begun)
    def begin(self) -> Begun:
        told = self.house.begin(callback_url=CALLBACK)
        self.all_begun.append(Begun(told.state, told.browser_secret, told.authorization_url, self.house.now))
        return self.all_begun[-1]

    @rule(target=codes, of=begun)
    def consent(self, of: Begun) -> Code:
        return Code(self.provider.consent(of.url)["code"], of)

    @initialize(target=links)
    def one_signs_in_and_is_sent_a_link(self) -> Any:
        return self.ask_link(self.sign_in(self.begin()))

    @initialize(target=codes)
    def guess(self) -> Code:
        return Code("guessed", None)

    @rule(target=tokens, of=begun)
    def sign_in(self, of: Begun) -> Any:
        """As it should be."""
        return self.try_with(of, Code(of.code or self.provider.consent(of.url)["code"], of), of)

    @rule(of=begun)
    def sign_in_and_once_more_with_another_code(self, of: Begun) -> None:
        self.sign_in(of)
        self.try_with(of, self.consent(of), of)

    @rule(of=begun)
    def sign_in_and_out_and_once_more(self, of: Begun) -> None:
        self.sign_in(of)
        if of.token is not None:
            self.sign_out(of.token)
            self.sign_in(of)

    @rule(target=tokens, state_of=begun, code=codes, secret_of=begun)
    def try_with(self, state_of: Begun, code: Code, secret_of: Begun) -> Any:
        """Any state with any code and any browser's secret."""
        expected = self.expectation(state_of, code, secret_of)
        pieces = {"state": state_of.state, "code": code.text, "browser_secret": secret_of.secret}
        outcome, answer = outcome_of(lambda: self.house.complete(**pieces, csam=self.csam))
        token = answer.session_token if answer else None
        if expected == "the same":
            assert (outcome, token) == ("done", state_of.token)
            return multiple()
        self.expected[expected] += 1
        if expected != "signed_in":
            assert outcome == expected
            return multiple()
        assert outcome == "done"
        assert token not in self.sessions
        state_of.token = token
        self.sessions[token] = Alive(token, self.house.now, self.house.now)
        return token

    def expectation(self, state_of: Begun, code: Code, secret_of: Begun) -> str:
        is_late = self.house.now - state_of.begun_at >= sign_in.LASTS
        if secret_of is not state_of or is_late or state_of.is_failed or state_of.code not in {None, code.text}:
            return "sign_in_unknown"
        state_of.code = code.text
        if state_of.token is not None:
            return "the same" if self.sessions[state_of.token].is_alive(self.house.now) else "sign_in_unknown"
        if code.of is not state_of:
            state_of.is_failed = True
            return "provider_refused"
        return "signed_in"

    # ------------------------------------------------------------ sessions

    @rule(token=tokens)
    def present(self, token: str) -> None:
        alive = self.sessions[token]
        outcome, _ = outcome_of(lambda: self.house.present(token))
        assert outcome == ("done" if alive.is_alive(self.house.now) else "session_unknown")
        alive.seen_at = self.house.now if outcome == "done" else alive.seen_at

    @rule(token=tokens)
    def sign_out(self, token: str) -> None:
        self.house.sign_out(token)
        self.sessions[token].is_ended = True

    # ------------------------------------------------------------ links

    @rule(target=links, token=tokens)
    def ask_link(self, token: str) -> Any:
        """For one enterprise, each time to another address."""
        if not self.sessions[token].is_alive(self.house.now):
            return multiple()
        person_id = self.house.present(token).person_id
        self.sessions[token].seen_at = self.house.now
        asked = [link for link in self.sent if self.house.now - link.asked_at < contact.PERIOD]
        number = len(self.house.announced("email_confirmation_requested"))
        outcome, _ = outcome_of(lambda: self.house.give_email(person_id, ENTERPRISE, f"a{number}@example.org"))
        if len(asked) >= contact.LINKS_IN_A_PERIOD:
            assert outcome == "asked_too_often"
            return multiple()
        assert outcome == "done"
        for link in self.sent:
            link.is_over = True
        self.sent.append(Sent(self.house.mail()["secret"], self.house.now))
        return self.sent[-1]

    @rule(link=links)
    def follow(self, link: Sent) -> None:
        """And at once again."""
        for _ in range(2):
            is_open = not link.is_over and self.house.now - link.asked_at < contact.LINK_LASTS
            invalid = counted("identity_links_followed_total", outcome="invalid")
            outcome, _answer = outcome_of(lambda: self.house.confirm(link.secret))
            assert outcome == ("done" if is_open else "link_invalid")
            assert counted("identity_links_followed_total", outcome="invalid") == invalid + (not is_open)
            link.is_over = True
            self.confirmed += is_open

    # ------------------------------------------------------------ time, and what always holds

    @rule(minutes=st.sampled_from([2, 2, 2, 5, 11, 31, 61, 60 * 24]))
    def later(self, minutes: int) -> None:
        self.house.later(minutes=minutes)

    @invariant()
    def as_many_sessions_as_browsers_signed_in(self) -> None:
        assert self.rows() - self.sessions_before == self.expected["signed_in"] == len(self.sessions)

    @invariant()
    def everything_was_counted(self) -> None:
        assert {name: value - self.before[name] for name, value in self.counted().items()} == self.expected

    def teardown(self) -> None:
        """No piece of a sign-in is a session or a link, nor the one the other."""
        pieces = [
            piece for begun in self.all_begun[:2] for piece in (begun.state, begun.secret, begun.code or "guessed")
        ]
        for piece in [*pieces, *(link.secret for link in self.sent)]:
            assert outcome_of(lambda piece=piece: self.house.present(piece))[0] == "session_unknown"
        for piece in [*pieces, *self.sessions]:
            assert outcome_of(lambda piece=piece: self.house.confirm(piece))[0] == "link_invalid"
        assert len(self.house.announced("email_confirmed")) == self.confirmed

    def counted(self) -> dict[str, float]:
        return {name: counted("identity_sign_ins_total", outcome=name) for name in OUTCOMES}

    def rows(self) -> int:
        with self.house.work() as work:
            return work.execute(sa.select(sa.func.count()).select_from(tables.sessions)).scalar_one()


def test_no_order_of_stolen_pieces_gives_a_session_that_is_not_ones_own(beset: House, provider: WickedProvider) -> None:
    run_state_machine_as_test(
        lambda: Attack(beset, provider),
        settings=settings(max_examples=14, stateful_step_count=30, derandomize=True, deadline=None),
    )
