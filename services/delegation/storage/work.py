"""One transaction of delegation, with its collections."""

from __future__ import annotations

from dataclasses import replace

from chassis.database import Work
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.register import Entry, Establishment
from services.delegation.storage import kbo
from services.delegation.storage.chains import EnterpriseMandates
from services.delegation.storage.people import Designations, Mandates
from services.delegation.storage.reachable import ReachablePeople
from services.delegation.storage.registers import Enterprises, Roles
from services.delegation.storage.search import EnterpriseSearch
from services.delegation.storage.standings import Standings
from services.delegation.storage.wishes import Invitations, RoleRequests


class DelegationWork(Work):
    @property
    def enterprises(self) -> Enterprises:
        return Enterprises(self.session)

    @property
    def roles(self) -> Roles:
        return Roles(self.session)

    @property
    def designations(self) -> Designations:
        return Designations(self.session)

    @property
    def mandates(self) -> Mandates:
        return Mandates(self.session)

    @property
    def enterprise_mandates(self) -> EnterpriseMandates:
        return EnterpriseMandates(self.session)

    @property
    def standings(self) -> Standings:
        return Standings(self)

    @property
    def reachable_people(self) -> ReachablePeople:
        return ReachablePeople(self)

    @property
    def role_requests(self) -> RoleRequests:
        return RoleRequests(self.session)

    @property
    def invitations(self) -> Invitations:
        return Invitations(self.session)

    @property
    def register(self) -> kbo.Register[Entry]:
        return kbo.Register(self, kbo.ENTERPRISES)

    @property
    def establishments(self) -> kbo.Register[Establishment]:
        return kbo.Register(self, kbo.ESTABLISHMENTS)

    @property
    def enterprise_names(self) -> kbo.EnterpriseNames:
        return kbo.EnterpriseNames(self)

    @property
    def enterprise_search(self) -> EnterpriseSearch:
        return EnterpriseSearch(self)

    @property
    def labels(self) -> kbo.Labels:
        return kbo.Labels(self)

    @property
    def extracts(self) -> kbo.Extracts:
        return kbo.Extracts(self)

    @property
    def staged_entries(self) -> kbo.StagedEntries:
        return kbo.StagedEntries(self)

    def act_under(self, mandate: Mandate) -> None:
        """What is announced from here on names the mandate that gave the actor the right to it."""
        self.actor_facts = replace(self.actor_facts, mandate_id=mandate.mandate_id)
