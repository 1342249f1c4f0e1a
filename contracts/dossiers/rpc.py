"""What dossiers can be asked."""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol
from uuid import UUID

from contracts.dossiers.answers import DossierSummary, DossierView, DraftSaved, FileTicket, ProcedureSummary
from contracts.exports import PersonExport
from contracts.identifiers import BceNumber, EstablishmentNumber


class Dossiers(Protocol):
    """Statement needed: the actor's; an agent has the role ``agent``. What is another's is ``not_found``."""

    # actor, or scope dossiers.catalogue (the portal, for who has not signed in yet); so has get_procedure
    def search_procedures(self, *, text: str, audience: str | None) -> list[ProcedureSummary]: ...

    def get_procedure(self, *, slug: str) -> ProcedureSummary: ...

    # also the person statement (locked fields); for one of an enterprise's establishments also the decision statement
    # (dossier.draft)
    def start_draft(
        self,
        *,
        procedure: str,
        bce_number: BceNumber | None,
        establishment_number: EstablishmentNumber | None = None,
        command_id: UUID,
    ) -> DossierView: ...

    def get_dossier(self, *, dossier_id: UUID) -> DossierView: ...

    def list_dossiers(self, *, bce_number: BceNumber | None, text: str) -> list[DossierSummary]: ...

    def save_draft(self, *, dossier_id: UUID, answers: dict[str, Any], command_id: UUID) -> DraftSaved: ...

    # makes the declaration; refused with AnswersInvalid
    def validate_draft(self, *, dossier_id: UUID, command_id: UUID) -> DossierView: ...

    # ``heading`` of the procedure for a draft; ``complement_id`` (and heading "complement") for an answer
    def begin_upload(
        self,
        *,
        dossier_id: UUID,
        heading: str,
        complement_id: UUID | None,
        file_name: str,
        size: int,
        sha256: str,
        command_id: UUID,
    ) -> FileTicket: ...

    def remove_attachment(self, *, dossier_id: UUID, attachment_id: UUID, command_id: UUID) -> DossierView: ...

    def issue_download(self, *, dossier_id: UUID, attachment_id: UUID) -> FileTicket: ...

    # for an enterprise also the decision statement (dossier.submit), for its establishment where it is for one
    def submit_dossier(self, *, dossier_id: UUID, late_confirmed: bool, command_id: UUID) -> DossierView: ...

    def answer_complement(
        self, *, dossier_id: UUID, complement_id: UUID, answer: str, command_id: UUID
    ) -> DossierView: ...

    # by who holds mandate.manage for the enterprise: what that person looks after and, without that mandate, could act
    # on no more
    def list_stranded(self, *, bce_number: BceNumber, person_id: UUID, mandate_id: UUID) -> list[DossierSummary]: ...

    # likewise; all of them or none, while they are open; refused with MayNotTakeOver, LookedAfterByAnother, WrongState
    def reassign_dossiers(
        self,
        *,
        bce_number: BceNumber,
        dossier_ids: list[UUID],
        from_person_id: UUID,
        to_person_id: UUID,
        command_id: UUID,
    ) -> list[DossierSummary]: ...

    # what the service holds on the actor
    def export_person(self, *, before: UUID | None = None) -> PersonExport: ...

    # role agent
    def list_queue(self, *, procedure: str | None) -> list[DossierSummary]: ...

    def claim_dossier(self, *, dossier_id: UUID, command_id: UUID) -> DossierView: ...

    def request_complement(
        self, *, dossier_id: UUID, elements: list[str], message: str, due_on: date, command_id: UUID
    ) -> DossierView: ...

    def decide_dossier(self, *, dossier_id: UUID, outcome: str, motivation: str, command_id: UUID) -> DossierView: ...
