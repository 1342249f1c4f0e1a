"""What people ask for and offer in a siege."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from contracts.identifiers import BceNumber
from services.delegation import commands
from services.delegation.domain.scopes import Scope
from tests.integration.delegation.siege.entitlements import GIVES, MANAGE, Grant, Offer
from tests.integration.delegation.siege.ground import PEOPLE, Ground, enterprises, people, picks, roles, scopes, terms


class Wishes(Ground):
    @rule(person=people, number=enterprises, role=roles)
    def request(self, person: UUID, number: BceNumber, role: str) -> None:
        asked = self.by_a_person("request", lambda: self.office.request_role(role, by=person, bce_number=number))
        if asked is not None:
            self.requests.append(Offer(asked.role_request_id, person, number, role, self.told.now))

    @precondition(lambda self: self.requests)
    @rule(pick=picks, who=picks, scope=scopes, term=terms)
    def accept(self, pick: int, who: int, scope: frozenset[str], term: int | None) -> None:
        asked = self.requests[-1 - pick % len(self.requests)]
        by, until = self.somebody(who, asked.enterprise), self.day(term)
        mandate = self.by_a_person(
            "accept", lambda: self.office.accept(asked.id, by=by, valid_until=until, scope=Scope.of(None, scope))
        )
        if mandate is not None:
            assert by != asked.person
            assert self.told.is_open(asked)
            assert self.told.active[asked.enterprise]
            assert self.told.may_give(by, asked.enterprise, asked.role)
            asked.is_over = True
            self.give(mandate.mandate_id, asked.person, asked.enterprise, asked.role, scope, until, by)

    @precondition(lambda self: self.requests)
    @rule(pick=picks, who=picks, what=st.sampled_from(["refuse", "withdraw", "resend"]))
    def end_request(self, pick: int, who: int, what: str) -> None:
        asked = self.requests[-1 - pick % len(self.requests)]
        by = self.somebody(who, asked.enterprise)
        if what != "refuse" and who % 2:
            by = asked.person
        if self.by_a_person(f"{what} request", lambda: self.end_as(what, asked.id, by)) is not None:
            assert self.told.is_open(asked)
            assert (
                by != asked.person and self.told.manages(by, asked.enterprise)
                if what == "refuse"
                else by == asked.person
            )
            asked.is_over = what != "resend"

    @rule(who=picks, to=people, number=enterprises, role=roles, scope=scopes, term=terms, by_link=st.booleans())
    def invite(
        self, who: int, to: UUID, number: BceNumber, role: str, scope: frozenset[str], term: int | None, by_link: bool
    ) -> None:
        by, until = self.somebody(who, number), self.day(term)
        how = {"by": by, "bce_number": number, "valid_until": until, "scope": Scope.of(None, scope)}
        whom = {"email": address(to)} if by_link else {"person_id": to}
        invited = self.by_a_person("invite", lambda: self.office.invite(role, **whom, **how))
        if invited is not None:
            assert self.told.active[number]
            assert self.told.may_give(by, number, role)
            assert by_link or by != to
            secret = self.office.opened(self.office.announced("person_invited")[-1])["secret"] if by_link else None
            offer = Offer(
                invited.invitation_id, to, number, role, self.told.now, by, secret, categories=scope, until=until
            )
            self.invitations.append(offer)

    @precondition(lambda self: self.invitations)
    @rule(pick=picks, who=people, is_theirs=st.booleans(), accepts=st.booleans())
    def answer(self, pick: int, who: UUID, is_theirs: bool, accepts: bool) -> None:
        offer = self.invitations[-1 - pick % len(self.invitations)]
        who = offer.person if is_theirs else who
        key = {"secret": offer.secret} if offer.secret else {"invitation_id": offer.id}
        act = self.office.take if accepts else self.office.decline
        name = "take" if accepts else "decline"
        answer = self.by_a_person(name, lambda: act(**key, by=who, addresses=[address(who)]))
        if answer is not None:
            assert self.told.is_open(offer)
            assert who == offer.person != offer.giver
            assert self.told.may_give(offer.giver, offer.enterprise, offer.role)
            offer.is_over = True
            if accepts:
                assert self.told.active[offer.enterprise]
                self.give(
                    answer.mandate_id, who, offer.enterprise, offer.role, offer.categories, offer.until, offer.giver
                )

    @precondition(lambda self: self.invitations)
    @rule(pick=picks, who=picks, again=st.booleans())
    def end_invitation(self, pick: int, who: int, again: bool) -> None:
        offer = self.invitations[-1 - pick % len(self.invitations)]
        by = self.somebody(who, offer.enterprise)
        act = self.office.resend_invitation if again else self.office.withdraw_invitation
        name = "resend invitation" if again else "withdraw invitation"
        if self.by_a_person(name, lambda: act(offer.id, by=by)) is not None:
            assert not offer.is_over
            assert self.told.manages(by, offer.enterprise)
            if again:
                assert self.told.may_give(by, offer.enterprise, offer.role)
                offer.giver, offer.since = by, self.told.now
            offer.is_over = not again

    def give(
        self, mandate_id: UUID, person: UUID, number: str, role: str, scope: frozenset[str], until: date | None, by: Any
    ) -> None:
        assert not (scope and MANAGE in GIVES[role])
        self.told.grants.append(Grant(mandate_id, person, number, role, scope, self.last_day(until), by, self.told.now))

    def end_as(self, what: str, request_id: UUID, by: UUID) -> Any:
        if what == "refuse":
            return self.office.refuse(request_id, by=by)
        work, now = self.office.work(), self.office.now
        if what == "withdraw":
            return commands.withdraw_role_request(work, role_request_id=request_id, withdrawn_by=by, now=now)
        return commands.resend_role_request(work, role_request_id=request_id, resent_by=by, now=now)


def address(person: UUID) -> str:
    return f"person{PEOPLE.index(person)}@example.org"
