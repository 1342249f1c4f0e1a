"""The ground of a siege: three enterprises on a real database, and beside them the model of who was entitled to give
what. Where the service lets something happen, the model must agree that it may; where not, nothing has changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chassis.clock import end_of
from contracts.delegation import NO_END
from contracts.errors import Refusal
from contracts.identifiers import BceNumber
from contracts.identity import PersonErased
from services.delegation import commands, decisions, queries, reactions
from services.delegation.domain.checks import Question
from services.delegation.domain.enterprise_mandates import EnterpriseMandate
from services.delegation.storage import tables
from tests.integration.delegation.office import Office
from tests.integration.delegation.siege.entitlements import GIVES, MANAGE, STEWARD, Entitlements, Grant, Offer
from tests.unit.delegation.builders import AMELIE, ATELIERS, BERNARD, CHANTAL, COMMUNE, DAVID, ELODIE, GILLES, NOON

FIDUCIAIRE = BceNumber("1000000021")
ENTERPRISES = (ATELIERS, COMMUNE, FIDUCIAIRE)
PEOPLE = (AMELIE, BERNARD, CHANTAL, DAVID, ELODIE, GILLES)
PERMISSIONS = ("dossier.read", "dossier.draft", "dossier.submit", "dossier.sign", MANAGE)
QUESTIONS = [(permission, category) for category in (None, "taxes", "economy") for permission in PERMISSIONS]
WATCHED = ("mandates", "role_requests", "invitations", "designations", "enterprise_mandates", "enterprises", "outbox")
TIMERS = (
    commands.expire_role_requests,
    commands.end_broken_chains,
    commands.follow_offices,
    commands.tell_expiring,
    commands.notice_orphaned,
    commands.forget_addresses,
)

# Each picks one of what there is then, however much that is.
picks = st.integers(0, 59)
enterprises = st.sampled_from(ENTERPRISES)
people = st.sampled_from(PEOPLE)
roles = st.sampled_from(list(GIVES))
scopes = st.sampled_from([frozenset[str](), frozenset({"taxes"}), frozenset({"taxes", "economy"})])
# Days from today; None: as long as it lasts unless said.
terms = st.sampled_from([None, None, 0, 8, 40, 1800, 1830])


class Ground(RuleBasedStateMachine):
    model: ClassVar[type[Entitlements]] = Entitlements

    def __init__(self, office: Office, done: Counter[str]) -> None:
        super().__init__()
        self.office, self.done = office, done
        with office.runtime.engine.begin() as connection:
            connection.execute(sa.text("TRUNCATE enterprises, erased_people, outbox CASCADE"))
        office.now = NOON
        for number in ENTERPRISES:
            office.register(number, name=f"Entreprise {number}")
        self.told = self.model(now=NOON, active=dict.fromkeys(ENTERPRISES, True))
        self.requests: list[Offer] = []
        self.invitations: list[Offer] = []
        self.given: dict[UUID, EnterpriseMandate] = {}
        self.designated: set[tuple[UUID, str]] = set()
        self.step = 0

    # ------------------------------------------------------------ how an act is judged

    def attempt(self, name: str, act: Callable[[], Any]) -> Any:
        """What it answers; None where it was refused, which leaves everything as it was. No two acts are of one
        instant, so that what was first can be told."""
        self.office.pass_time(seconds=1)
        self.told.now = self.office.now
        self.before = self.stored()
        try:
            answer = act()
        except Refusal:
            assert self.stored() == self.before, name
            return None
        self.done[name] += 1
        return answer

    def by_a_person(self, name: str, act: Callable[[], Any]) -> Any:
        self.managed = [number for number in ENTERPRISES if self.told.active[number] and self.told.managers(number)]
        return self.attempt(name, act)

    def nobody_lost_the_last_one(self) -> None:
        for number in self.managed:
            assert self.told.managers(number), f"a person took the last access manager of {number}"

    def stored(self) -> list[Any]:
        digests = [f"(SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {name} t)" for name in WATCHED]
        with self.office.runtime.engine.connect() as connection:
            return list(connection.execute(sa.text("SELECT " + ", ".join(digests))).one())

    def somebody(self, pick: int, enterprise: str) -> UUID:
        """Often one who manages it."""
        return (*self.told.managers(enterprise) * 4, *PEOPLE)[pick % (len(self.told.managers(enterprise)) * 4 + 6)]

    def day(self, days: int | None) -> date | None:
        return None if days is None else self.told.today + timedelta(days=days)

    def last_day(self, said: date | None) -> date:
        years = 1 if said is None else 5
        day = self.told.today
        longest = day.replace(year=day.year + years, day=min(day.day, 28) if day.month == 2 else day.day)
        assert said is None or said <= longest
        return said or longest

    # ------------------------------------------------------------ what the registries tell

    @rule(person=people, number=enterprises)
    def designate(self, person: UUID, number: BceNumber) -> None:
        mandate = self.attempt("designate", lambda: self.office.designate(person, bce_number=number))
        if mandate is None:
            assert not self.told.active[number]
            return
        self.designated.add((person, number))
        known = [grant for grant in self.told.grants if grant.id == mandate.mandate_id]
        for grant in known:
            # The registry's word ends a rest.
            grant.rests = False
        if not known:
            new = Grant(mandate.mandate_id, person, number, "access_manager", frozenset(), NO_END, None, self.told.now)
            self.told.grants.append(new)

    @rule(person=people, number=enterprises)
    def withdraw_designation(self, person: UUID, number: BceNumber) -> None:
        act = self.attempt("undesignate", lambda: self.office.withdraw_designation(person, bce_number=number))
        assert (act is not None) == ((person, number) in self.designated)
        for grant in self.told.grants:
            if (grant.person, grant.enterprise, grant.giver) == (person, number, None):
                grant.is_ended = True

    @rule(number=enterprises, state=st.sampled_from(["active", "active", "active", "struck_off"]))
    def register(self, number: BceNumber, state: str) -> None:
        self.office.register(number, name=f"Entreprise {number}", state=state)
        self.told.active[number] = state == "active"

    @rule(person=people, is_so=st.sampled_from([False, False, True]))
    def erase(self, person: UUID, is_so: bool) -> None:
        if not is_so:
            return
        erased = PersonErased(occurred_at=self.told.now, version=1, person_id=person, language="fr", sealed=None)
        with self.office.work() as work:
            reactions.end_what_was_of(work, erased, now=self.told.now)
        for one in [*self.told.grants, *self.requests, *self.invitations]:
            if one.person == person and isinstance(one, Grant):
                one.is_ended = True
            elif one.person == person and isinstance(one, Offer):
                one.is_over = one.is_over or one.secret is None
        self.office.pass_time(seconds=1)
        self.told.now = self.office.now

    @rule(days=st.sampled_from([0, 1, 9, 29, 30, 200]), ticks=st.booleans())
    def time_passes(self, days: int, ticks: bool) -> None:
        self.office.pass_time(days=days, hours=1)
        self.told.now = self.office.now
        if ticks:
            for timer in TIMERS:
                timer(self.office.work(), now=self.office.now)
            self.told.settle()
            for chain in self.told.chains:
                self.told.follow(chain)
            self.recertify()

    def recertify(self) -> None:
        """What nobody has confirmed for a year, and a month more, rests; never what the registry or an office gave, nor
        the last access manager's."""
        resting = {grant.id for grant in self.told.grants if grant.rests or grant.rests_with_office}
        managed = [number for number in ENTERPRISES if self.told.managers(number)]
        commands.recertify_mandates(self.office.work(), setting="suspend", now=self.office.now)
        put_to_rest = {row.mandate_id for row in self.office.rows(tables.mandates) if row.suspended_at} - resting
        for grant in self.told.grants:
            if grant.id in put_to_rest:
                assert grant.giver is not None
                assert grant.by is None
                assert grant.since + timedelta(days=395) <= self.told.now
                grant.rests = True
                self.done["put to rest"] += 1
        resting_chains = {
            row.enterprise_mandate_id for row in self.office.rows(tables.enterprise_mandates) if row.suspended_at
        }
        for chain in self.told.chains:
            if chain.id in resting_chains and not chain.rests:
                assert chain.since + timedelta(days=395) <= self.told.now
                chain.rests = True
        assert all(self.told.managers(number) for number in managed)

    # ------------------------------------------------------------ what always holds

    @invariant()
    def each_may_what_the_model_says_and_nothing_else(self) -> None:
        """A part of the questions about a part of the people, each time another; all of them in the end."""
        self.step += 1
        self.ask(QUESTIONS[self.step % 4 :: 4], PEOPLE[self.step % 3 :: 3])

    def teardown(self) -> None:
        self.ask(QUESTIONS, PEOPLE)

    def ask(self, questions: Sequence[tuple[str, str | None]], listed: Sequence[UUID]) -> None:
        concerned = dict.fromkeys((grant.person, grant.enterprise) for grant in self.told.grants)
        asked = [(*pair, *question) for pair in concerned for question in questions]
        for person, number, permission, category in asked[self.step % 7 :: 7]:
            answer = self.office.check(person, permission, bce_number=number, procedure=category)
            assert answer.decision == self.told.may(person, number, permission, category)
        with self.office.transaction():
            at_once = [
                Question.of(person_id=person, bce_number=number, permission=permission, procedure=category)
                for person, number, permission, category in asked
            ]
            answers = decisions.check_many(self.office.work(), questions=at_once, now=self.office.now)
            for question, answer in zip(asked, answers, strict=True):
                last_day = self.told.may_until(*question)
                assert answer.decision == (last_day is not None), question
                assert answer.holds_until == (end_of(last_day) if last_day not in (None, NO_END) else None), question
            for person in listed:
                shown = queries.list_my_enterprises(self.office.work(), person_id=person, now=self.office.now)
                assert {one.bce_number: {*one.permissions} for one in shown} == self.told.shown_to(person)

    @invariant()
    def nothing_is_stored_that_nobody_was_entitled_to_give(self) -> None:
        known = {grant.id for grant in self.told.grants}
        stored = self.office.rows(tables.mandates)
        assert {row.mandate_id for row in stored} == known
        assert not [row for row in stored if row.via_bce_number and MANAGE in GIVES[row.role_name]]


def add_steward(office: Office) -> None:
    """Roles are data: one who decides who acts, and holds little himself."""
    with office.runtime.engine.begin() as connection:
        row = {"name": STEWARD, "position": 9, "permissions": sorted(GIVES[STEWARD])}
        connection.execute(tables.roles.insert().values(row))
