"""One transaction of delegation, with its collections."""

from __future__ import annotations

from dataclasses import replace

from chassis.database import Work
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.register import Entry, Establishment
from services.delegation.storage import open_data
from services.delegation.storage.people import Designations, Mandates, ReachablePeople
from services.delegation.storage.registers import Enterprises, Roles
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
    def reachable_people(self) -> ReachablePeople:
        return ReachablePeople(self)

    @property
    def role_requests(self) -> RoleRequests:
        return RoleRequests(self.session)

    @property
    def invitations(self) -> Invitations:
        return Invitations(self.session)

    @property
    def register(self) -> open_data.Register[Entry]:
        return open_data.Register(self, open_data.ENTERPRISES)

    @property
    def establishments(self) -> open_data.Register[Establishment]:
        return open_data.Register(self, open_data.ESTABLISHMENTS)

    @property
    def enterprise_names(self) -> open_data.EnterpriseNames:
        return open_data.EnterpriseNames(self)

    @property
    def labels(self) -> open_data.Labels:
        return open_data.Labels(self)

    @property
    def extracts(self) -> open_data.Extracts:
        return open_data.Extracts(self)

    @property
    def staged_entries(self) -> open_data.StagedEntries:
        return open_data.StagedEntries(self)

    def act_under(self, mandate: Mandate) -> None:
        """What is announced from here on names the mandate that gave the actor the right to it."""
        self.actor_facts = replace(self.actor_facts, mandate_id=mandate.mandate_id)
