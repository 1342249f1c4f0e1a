"""The doors of agents: what they see and decide on people's accounts."""

from __future__ import annotations

from uuid import UUID

from chassis.doors import Call, Service, rpc
from contracts.agents import AGENT, AGENT_LEVEL
from contracts.identifiers import NationalNumber
from contracts.identity import AccountDeletion, AccountDeletionCase, EuropeanConflict
from services.identity import commands, queries, schemas, views


class AgentDoors(Service):
    @rpc(role=AGENT, level=AGENT_LEVEL)
    def list_account_deletions(self, call: Call) -> list[AccountDeletionCase]:
        return queries.list_account_deletions(call.work)

    @rpc(schemas.GetAccountDeletionCase, role=AGENT, level=AGENT_LEVEL)
    def get_account_deletion_case(self, call: Call, *, deletion_id: UUID) -> AccountDeletionCase:
        return queries.get_account_deletion_case(call.work, deletion_id=deletion_id)

    @rpc(schemas.WriteAboutDeletion, role=AGENT, level=AGENT_LEVEL)
    def write_about_deletion(self, call: Call, *, deletion_id: UUID, message: str) -> None:
        commands.write_about_deletion(
            call.work, deletion_id=deletion_id, message=message, sealer=call.gateways.sealer, now=call.now
        )

    @rpc(schemas.DecideAccountDeletion, role=AGENT, level=AGENT_LEVEL)
    def decide_account_deletion(self, call: Call, *, deletion_id: UUID, accept: bool, reason: str) -> AccountDeletion:
        deletion = commands.decide_account_deletion(
            call.work,
            deletion_id=deletion_id,
            accept=accept,
            reason=reason,
            by=call.actor.person_id,
            now=call.now,
        )
        return views.deletion(deletion)

    @rpc(role=AGENT, level=AGENT_LEVEL)
    def list_european_conflicts(self, call: Call) -> list[EuropeanConflict]:
        return queries.list_european_conflicts(call.work)

    @rpc(schemas.GetEuropeanConflict, role=AGENT, level=AGENT_LEVEL)
    def get_european_conflict(self, call: Call, *, identity_id: UUID) -> EuropeanConflict:
        return queries.get_european_conflict(call.work, identity_id=identity_id)

    @rpc(schemas.DecideEuropeanConflict, role=AGENT, level=AGENT_LEVEL)
    def decide_european_conflict(
        self, call: Call, *, identity_id: UUID, person_id: UUID, accept: bool, reason: str
    ) -> None:
        commands.decide_european_conflict(
            call.work,
            identity_id=identity_id,
            person_id=person_id,
            accept=accept,
            reason=reason,
            by=call.actor.person_id,
            sealer=call.gateways.sealer,
            now=call.now,
        )

    @rpc(schemas.SetEducationStaff, role=AGENT, level=AGENT_LEVEL)
    def set_education_staff(self, call: Call, *, national_number: NationalNumber, is_staff: bool) -> None:
        commands.set_education_staff(call.work, national_number=national_number, is_staff=is_staff, now=call.now)
