"""What people and registries do at delegation, each with sensible defaults."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

from contracts.identifiers import BceNumber
from services.delegation import commands
from services.delegation.domain.enterprise_mandates import EnterpriseMandate
from services.delegation.domain.enterprises import Enterprise
from services.delegation.domain.invitations import Invitation
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.register import Establishment
from services.delegation.domain.role_requests import RoleRequest
from services.delegation.domain.scopes import WHOLE, Scope
from tests.integration.delegation.premises import Premises
from tests.unit.delegation.builders import AMELIE, ATELIERS, BERNARD, CHANTAL, COMMUNE, ELODIE


class Office(Premises):
    def open(self) -> None:
        self.register(ATELIERS, name="Ateliers du Hainaut")
        self.register(COMMUNE, name="Commune d'Exemple")
        self.bernards = self.designate(BERNARD, email="bernard@example.org")
        self.chantals = self.designate(CHANTAL, email="chantal@example.org")

    def register(
        self, bce_number: BceNumber = ATELIERS, *, name: str = "Ateliers du Hainaut", state: Any = "active"
    ) -> None:
        commands.register_enterprise(self.work(), bce_number=bce_number, name=name, state=state, now=self.now)

    def designate(
        self, person_id: UUID, *, email: str | None = None, bce_number: BceNumber = ATELIERS, language: Any = "fr"
    ) -> Mandate:
        return commands.designate_access_manager(
            self.work(),
            bce_number=bce_number,
            person_id=person_id,
            email=email,
            language=language,
            sealer=self.runtime.gateways.sealer,
            now=self.now,
        )

    def withdraw_designation(self, person_id: UUID, *, bce_number: BceNumber = ATELIERS) -> Enterprise:
        return commands.withdraw_access_manager(self.work(), bce_number=bce_number, person_id=person_id, now=self.now)

    def request_role(
        self, role: str = "signatory", *, by: UUID = AMELIE, bce_number: BceNumber = ATELIERS
    ) -> RoleRequest:
        return commands.request_role(
            self.work(),
            bce_number=bce_number,
            role=role,
            message="Je reprends les dossiers.",
            requested_by=by,
            requester_name="Amélie Dubois",
            now=self.now,
        )

    def accept(
        self,
        role_request: RoleRequest | UUID,
        *,
        by: UUID = BERNARD,
        valid_until: Any = None,
        scope: Scope = WHOLE,
    ) -> Mandate:
        return commands.accept_role_request(
            self.work(),
            role_request_id=_id_of(role_request),
            accepted_by=by,
            valid_until=valid_until,
            scope=scope,
            now=self.now,
        )

    def refuse(self, role_request: RoleRequest | UUID, *, by: UUID = BERNARD, reason: str = "Non.") -> RoleRequest:
        return commands.refuse_role_request(
            self.work(), role_request_id=_id_of(role_request), refused_by=by, reason=reason, now=self.now
        )

    def grant(self, person_id: UUID, role: str = "signatory", **how: Any) -> Mandate:
        return self.accept(self.request_role(role, by=person_id), **how)

    def invite(
        self,
        role: str = "contributor",
        *,
        email: str | None = None,
        person_id: UUID | None = None,
        by: UUID = BERNARD,
        bce_number: BceNumber = ATELIERS,
        valid_until: Any = None,
        language: Any = "fr",
        scope: Scope = WHOLE,
    ) -> Invitation:
        return commands.invite_person(
            self.work(),
            bce_number=bce_number,
            role=role,
            email=email,
            person_id=person_id,
            valid_until=valid_until,
            language=language,
            scope=scope,
            invited_by=by,
            sealer=self.runtime.gateways.sealer,
            address_key=self.runtime.gateways.address_key,
            now=self.now,
        )

    def invite_by_link(self, role: str = "contributor", **how: Any) -> str:
        """The secret of the link that goes out."""
        self.invite(role, email="elodie@example.org", **how)
        return self.opened(self.announced("person_invited")[-1])["secret"]

    def take(
        self,
        *,
        secret: str | None = None,
        invitation_id: UUID | None = None,
        by: UUID = ELODIE,
        addresses: Sequence[str] = ("elodie@example.org",),
    ) -> Mandate:
        return commands.accept_invitation(
            self.work(),
            secret=secret,
            invitation_id=invitation_id,
            accepted_by=by,
            person_name="Élodie Petit",
            addresses=list(addresses),
            now=self.now,
        )

    def decline(
        self,
        *,
        secret: str | None = None,
        invitation_id: UUID | None = None,
        by: UUID = ELODIE,
        addresses: Sequence[str] = ("elodie@example.org",),
    ) -> Invitation:
        return commands.decline_invitation(
            self.work(),
            secret=secret,
            invitation_id=invitation_id,
            declined_by=by,
            addresses=list(addresses),
            now=self.now,
        )

    def withdraw_invitation(self, invitation_id: UUID, *, by: UUID = BERNARD) -> Invitation:
        return commands.withdraw_invitation(self.work(), invitation_id=invitation_id, withdrawn_by=by, now=self.now)

    def resend_invitation(self, invitation_id: UUID, *, by: UUID = BERNARD) -> Invitation:
        return commands.resend_invitation(self.work(), invitation_id=invitation_id, resent_by=by, now=self.now)

    def withdraw(self, role_request: RoleRequest, *, by: UUID = AMELIE) -> RoleRequest:
        return commands.withdraw_role_request(
            self.work(), role_request_id=role_request.role_request_id, withdrawn_by=by, now=self.now
        )

    def resend(self, role_request: RoleRequest, *, by: UUID = AMELIE) -> RoleRequest:
        return commands.resend_role_request(
            self.work(), role_request_id=role_request.role_request_id, resent_by=by, now=self.now
        )

    def revoke(
        self,
        mandate: Mandate | UUID,
        *,
        by: UUID = BERNARD,
        reason: str = "A quitté l'atelier.",
        cascade: bool = False,
    ) -> Mandate:
        return commands.revoke_mandate(
            self.work(), mandate_id=_id_of(mandate), revoked_by=by, reason=reason, cascade=cascade, now=self.now
        )

    def revoke_all_of(
        self, person_id: UUID, *, by: UUID = BERNARD, bce_number: BceNumber = ATELIERS, reason: str = "Parti."
    ) -> list[Mandate]:
        return commands.revoke_mandates_of(
            self.work(), bce_number=bce_number, person_id=person_id, revoked_by=by, reason=reason, now=self.now
        )

    def renew(self, mandate: Mandate | UUID, *, by: UUID = BERNARD, valid_until: Any = None) -> Mandate:
        return commands.renew_mandate(
            self.work(), mandate_id=_id_of(mandate), valid_until=valid_until, renewed_by=by, now=self.now
        )

    def suspend(self, mandate: Mandate | UUID, *, by: UUID = BERNARD, reason: str = "Absence.") -> Mandate:
        return commands.suspend_mandate(
            self.work(), mandate_id=_id_of(mandate), reason=reason, suspended_by=by, now=self.now
        )

    def resume(self, mandate: Mandate | UUID, *, by: UUID = BERNARD) -> Mandate:
        return commands.resume_mandate(self.work(), mandate_id=_id_of(mandate), resumed_by=by, now=self.now)

    def narrow(self, mandate: Mandate | UUID, without: str, *, by: UUID = BERNARD) -> Mandate:
        return commands.narrow_mandate(
            self.work(), mandate_id=_id_of(mandate), category=without, narrowed_by=by, now=self.now
        )

    def mandate_office(
        self,
        office: BceNumber = COMMUNE,
        *,
        role: str = "signatory",
        by: UUID = BERNARD,
        bce_number: BceNumber = ATELIERS,
        scope: Scope = WHOLE,
        valid_until: Any = None,
    ) -> EnterpriseMandate:
        return commands.mandate_enterprise(
            self.work(),
            bce_number=bce_number,
            office_bce_number=office,
            role=role,
            scope=scope,
            valid_until=valid_until,
            given_by=by,
            now=self.now,
        )

    def assign(self, given: EnterpriseMandate, person_id: UUID, *, by: UUID) -> Mandate:
        return commands.assign_person(
            self.work(),
            enterprise_mandate_id=given.enterprise_mandate_id,
            person_id=person_id,
            assigned_by=by,
            assigner_name="Gilles Weber",
            now=self.now,
        )

    def end_office(self, given: EnterpriseMandate, *, by: UUID = BERNARD, reason: str = "Fin.") -> EnterpriseMandate:
        return commands.end_enterprise_mandate(
            self.work(),
            enterprise_mandate_id=given.enterprise_mandate_id,
            reason=reason,
            ended_by=by,
            now=self.now,
        )

    def suspend_office(
        self, given: EnterpriseMandate, *, by: UUID = BERNARD, reason: str = "Désaccord."
    ) -> EnterpriseMandate:
        return commands.suspend_enterprise_mandate(
            self.work(),
            enterprise_mandate_id=given.enterprise_mandate_id,
            reason=reason,
            suspended_by=by,
            now=self.now,
        )

    def resume_office(self, given: EnterpriseMandate, *, by: UUID = BERNARD) -> EnterpriseMandate:
        return commands.resume_enterprise_mandate(
            self.work(), enterprise_mandate_id=given.enterprise_mandate_id, resumed_by=by, now=self.now
        )

    def renew_office(
        self, given: EnterpriseMandate, *, by: UUID = BERNARD, valid_until: Any = None
    ) -> EnterpriseMandate:
        return commands.renew_enterprise_mandate(
            self.work(),
            enterprise_mandate_id=given.enterprise_mandate_id,
            valid_until=valid_until,
            renewed_by=by,
            now=self.now,
        )

    def end_broken_chains(self) -> None:
        commands.end_broken_chains(self.work(), now=self.now)

    def follow_offices(self) -> None:
        commands.follow_offices(self.work(), now=self.now)

    def tell_expiring(self) -> None:
        commands.tell_expiring(self.work(), now=self.now)

    def open_establishment(
        self, number: str, *, bce_number: BceNumber = ATELIERS, state: Literal["open", "closed"] = "open"
    ) -> None:
        """As the Crossroads Bank's open data tells it; also where it moved."""
        told = Establishment(establishment_number=number, bce_number=bce_number, name="", state=state)
        with self.work() as work:
            work.establishments.store([told])


def _id_of(subject: RoleRequest | Mandate | UUID) -> UUID:
    match subject:
        case RoleRequest():
            return subject.role_request_id
        case Mandate():
            return subject.mandate_id
    return subject
