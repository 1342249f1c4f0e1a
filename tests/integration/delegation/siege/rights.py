"""What becomes of what people have, and enterprises that act for others, in a siege."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from contracts.identifiers import BceNumber
from services.delegation import commands
from services.delegation.domain.scopes import Scope
from tests.integration.delegation.siege.entitlements import GIVES, MANAGE, Chain, Grant
from tests.integration.delegation.siege.ground import (
    ENTERPRISES,
    FIDUCIAIRE,
    enterprises,
    people,
    picks,
    roles,
    scopes,
    terms,
)
from tests.integration.delegation.siege.wishes import Wishes
from tests.unit.delegation.builders import ATELIERS, COMMUNE, DAVID, ELODIE, GILLES


class Siege(Wishes):
    def one_grant(self, pick: int) -> Grant:
        lasting = [grant for grant in self.told.grants if self.told.lasts(grant)]
        return (lasting * 3 + self.told.grants)[pick % (len(lasting) * 3 + len(self.told.grants))]

    @rule(pick=picks, who=picks, cascade=st.booleans(), his_own=st.sampled_from([False, False, True]))
    def revoke(self, pick: int, who: int, cascade: bool, his_own: bool) -> None:
        grant = self.one_grant(pick)
        by = (
            grant.person
            if his_own
            else self.somebody(who, grant.by.office if grant.by and who % 2 else grant.enterprise)
        )
        name = "cascade" if cascade else "revoke"
        if self.by_a_person(name, lambda: self.office.revoke(grant.id, by=by, cascade=cascade)) is None:
            return
        decides, of_office = self.told.manages(by, grant.enterprise), False
        if grant.by is not None:
            of_office = self.told.manages(by, grant.by.office)
        assert decides or (not cascade and (by == grant.person or of_office))
        grant.taken_by_client |= self.told.lasts(grant) and by != grant.person and decides
        for one in [grant, *(self.told.fall_with(grant.person, grant.enterprise, sparing=by) if cascade else [])]:
            one.is_ended = True
        self.nobody_lost_the_last_one()

    @rule(who=picks, person=people, number=enterprises)
    def revoke_all(self, who: int, person: UUID, number: BceNumber) -> None:
        by = self.somebody(who, number)
        act = self.by_a_person("revoke all", lambda: self.office.revoke_all_of(person, by=by, bce_number=number))
        if act is not None:
            assert by == person or self.told.manages(by, number)
            for grant in self.told.grants:
                if (grant.person, grant.enterprise) == (person, number):
                    grant.is_ended = True
            self.nobody_lost_the_last_one()

    @rule(pick=picks, who=picks, term=terms)
    def renew(self, pick: int, who: int, term: int | None) -> None:
        grant = self.one_grant(pick)
        by, until = self.somebody(who, grant.enterprise), self.day(term)
        if self.by_a_person("renew", lambda: self.office.renew(grant.id, by=by, valid_until=until)) is not None:
            assert by != grant.person
            assert self.told.may_give(by, grant.enterprise, grant.role)
            assert self.told.lasts(grant)
            assert self.told.active[grant.enterprise]
            assert grant.giver is not None
            assert grant.by is None
            # Who names no day shortens nothing.
            grant.until = max(self.last_day(None), grant.until) if until is None else self.last_day(until)
            grant.since = self.told.now
            self.nobody_lost_the_last_one()

    @rule(pick=picks, who=picks, rests=st.booleans())
    def suspend_or_resume(self, pick: int, who: int, rests: bool) -> None:
        grant = self.one_grant(pick)
        by = self.somebody(who, grant.enterprise)
        act = self.office.suspend if rests else self.office.resume
        if self.by_a_person("suspend" if rests else "resume", lambda: act(grant.id, by=by)) is not None:
            assert by != grant.person
            assert self.told.manages(by, grant.enterprise)
            assert self.told.lasts(grant)
            assert rests or (self.told.may_give(by, grant.enterprise, grant.role) and not grant.rests_with_office)
            grant.rests, grant.rests_with_office = rests, False
            grant.since = grant.since if rests else self.told.now
            self.nobody_lost_the_last_one()

    @rule(pick=picks, who=picks)
    def confirm(self, pick: int, who: int) -> None:
        grant = self.one_grant(pick)
        by = self.somebody(who, grant.enterprise)
        work, asked = self.office.work(), {"bce_number": grant.enterprise, "mandate_ids": [grant.id]}
        act = partial(commands.confirm_mandates, work, **asked, confirmed_by=by, now=self.office.now)
        if self.by_a_person("confirm", act) is not None:
            assert by != grant.person
            assert self.told.may_give(by, grant.enterprise, grant.role)
            assert self.told.lasts(grant)
            assert not grant.rests

    @rule(pick=picks, who=picks, without=st.sampled_from(["taxes", "economy"]))
    def narrow(self, pick: int, who: int, without: str) -> None:
        grant = self.one_grant(pick)
        by = grant.person if who % 3 == 0 else self.somebody(who, grant.enterprise)
        if self.by_a_person("narrow", lambda: self.office.narrow(grant.id, without, by=by)) is not None:
            assert by == grant.person or self.told.manages(by, grant.enterprise)
            grant.taken_by_client |= by != grant.person and without in grant.categories
            grant.categories -= {without}
            assert grant.categories

    @initialize(first=people, other=people)
    def begin(self, first: UUID, other: UUID) -> None:
        """The Ateliers have the Fiduciaire act for them, where David works, and have offered Élodie something."""
        for number, person in ((ATELIERS, first), (ATELIERS, other), (COMMUNE, first), (FIDUCIAIRE, GILLES)):
            self.designate(person, number)
        self.request(DAVID, FIDUCIAIRE, "contributor")
        self.accept(0, 0, frozenset(), None)
        self.mandate_enterprise(0, ATELIERS, FIDUCIAIRE, "signatory", frozenset({"taxes", "economy"}), None)
        self.assign(0, 0, DAVID)
        self.invite(0, ELODIE, ATELIERS, "access_manager", frozenset(), 40, by_link=True)

    # ------------------------------------------------------------ one for another

    @rule(who=picks, client=enterprises, office=enterprises, role=roles, scope=scopes, term=terms)
    def mandate_enterprise(
        self, who: int, client: BceNumber, office: BceNumber, role: str, scope: frozenset[str], term: int | None
    ) -> None:
        by, until = self.somebody(who, client), self.day(term)
        how = {"by": by, "bce_number": client, "valid_until": until, "scope": Scope.of(None, scope)}
        given = self.by_a_person("mandate enterprise", lambda: self.office.mandate_office(office, role=role, **how))
        if given is not None:
            assert client != office
            assert MANAGE not in GIVES[role]
            assert self.told.active[client]
            assert self.told.active[office]
            assert self.told.may_give(by, client, role)
            until = self.last_day(until)
            chain = Chain(given.enterprise_mandate_id, client, office, role, scope, until, by, self.told.now)
            self.told.chains.append(chain)
            self.given[chain.id] = given

    @precondition(lambda self: self.told.chains)
    @rule(pick=picks, who=picks, person=people)
    def assign(self, pick: int, who: int, person: UUID) -> None:
        chain = self.told.chains[-1 - pick % len(self.told.chains)]
        by = self.somebody(who, chain.office)
        mandate = self.by_a_person("assign", lambda: self.office.assign(self.given[chain.id], person, by=by))
        if mandate is not None:
            assert self.told.manages(by, chain.office)
            assert self.told.carries(chain, person)
            assert self.told.active[chain.client]
            assert not self.told.was_taken(chain, person)
            until = min(chain.until, max(grant.until for grant in self.told.own(person, chain.office)))
            self.told.grants.append(
                Grant(
                    mandate.mandate_id,
                    person,
                    chain.client,
                    chain.role,
                    chain.categories,
                    until,
                    by,
                    self.told.now,
                    by=chain,
                )
            )

    @precondition(lambda self: self.told.chains)
    @rule(pick=picks, who=picks, term=terms)
    def renew_chain(self, pick: int, who: int, term: int | None) -> None:
        """Or confirms or resumes it."""
        chain = self.told.chains[-1 - pick % len(self.told.chains)]
        if pick % 2:
            self.confirm_or_resume_chain(chain, who, resumes=pick % 4 == 1)
            return
        by, until = self.somebody(who, chain.client), self.day(term)
        act = partial(self.office.renew_office, self.given[chain.id], by=by, valid_until=until)
        if self.by_a_person("renew chain", act) is not None:
            assert self.told.may_give(by, chain.client, chain.role)
            assert self.told.lasts(chain)
            assert self.told.active[chain.client]
            assert self.told.active[chain.office]
            # Who names no day shortens nothing.
            chain.until = max(self.last_day(None), chain.until) if until is None else self.last_day(until)
            chain.since = self.told.now
            self.told.follow(chain)

    def confirm_or_resume_chain(self, chain: Chain, who: int, *, resumes: bool) -> None:
        by, work = self.somebody(who, chain.client), self.office.work()
        how = {"enterprise_mandate_id": chain.id, "now": self.office.now}
        act = (
            partial(commands.resume_enterprise_mandate, work, resumed_by=by, **how)
            if resumes
            else partial(commands.confirm_enterprise_mandate, work, confirmed_by=by, **how)
        )
        if self.by_a_person("resume chain" if resumes else "confirm chain", act) is not None:
            assert self.told.may_give(by, chain.client, chain.role)
            assert self.told.lasts(chain)
            assert resumes or not chain.rests
            chain.since = self.told.now if chain.rests else chain.since
            chain.rests = False

    @precondition(lambda self: self.told.chains)
    @rule(pick=picks, who=picks, rests=st.booleans())
    def suspend_or_resume_chain(self, pick: int, who: int, rests: bool) -> None:
        chain = self.told.chains[-1 - pick % len(self.told.chains)]
        if not rests:
            self.confirm_or_resume_chain(chain, who, resumes=True)
            return
        by = self.somebody(who, chain.office if who % 4 == 3 else chain.client)
        act = partial(self.office.suspend_office, self.given[chain.id], by=by)
        if self.by_a_person("suspend chain", act) is not None:
            assert self.told.manages(by, chain.client)
            assert self.told.lasts(chain)
            chain.rests = True

    @precondition(lambda self: self.told.chains)
    @rule(pick=picks, who=picks)
    def end_chain(self, pick: int, who: int) -> None:
        chain = self.told.chains[-1 - pick % len(self.told.chains)]
        by = self.somebody(who, chain.office if who % 2 else chain.client)
        if self.by_a_person("end chain", lambda: self.office.end_office(self.given[chain.id], by=by)) is not None:
            assert self.told.manages(by, chain.client) or self.told.manages(by, chain.office)
            for one in [chain, *(grant for grant in self.told.grants if grant.by is chain)]:
                one.is_ended = True

    # ------------------------------------------------------------ several acts that go together

    @rule(who=picks, person=people, number=enterprises, role=roles, scope=scopes, term=terms)
    def request_and_accept(
        self, who: int, person: UUID, number: BceNumber, role: str, scope: frozenset[str], term: int | None
    ) -> None:
        self.request(person, number, role)
        if self.requests:
            self.accept(0, who, scope, term)

    @rule(who=picks, to=people, number=enterprises, role=roles, scope=scopes, term=terms, by_link=st.booleans())
    def invite_and_take(
        self, who: int, to: UUID, number: BceNumber, role: str, scope: frozenset[str], term: int | None, by_link: bool
    ) -> None:
        self.invite(who, to, number, role, scope, term, by_link)
        if self.invitations:
            self.answer(0, to, True, True)

    @rule(who=picks, pair=st.permutations(ENTERPRISES), person=picks, role=roles, scope=scopes, term=terms)
    def mandate_and_assign(
        self, who: int, pair: list[BceNumber], person: int, role: str, scope: frozenset[str], term: int | None
    ) -> None:
        self.mandate_enterprise(who, pair[0], pair[1], role, scope, term)
        there = [grant.person for grant in self.told.grants if grant.enterprise == pair[1]]
        if self.told.chains and there:
            self.assign(0, who, there[person % len(there)])
