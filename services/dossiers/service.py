"""dossiers' doors."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from urllib.parse import quote
from uuid import UUID

from werkzeug.exceptions import ClientDisconnected
from werkzeug.wrappers import Request, Response

from chassis.doors import Call, Heard, Service, Tick, hears, http, rpc, timer
from chassis.runtime import Runtime
from contracts import dossiers as contract
from contracts.agents import AGENT, AGENT_LEVEL
from contracts.delegation import DelegationRetold, EnterpriseChanged, MandateChanged, MandateRevoked, RoleGranted
from contracts.errors import Unavailable
from contracts.identifiers import BceNumber, EstablishmentNumber
from contracts.identity import PersonErased
from services.dossiers import commands, queries, reactions, schemas, views
from services.dossiers.domain.access import Asker, Permit
from services.dossiers.domain.calendar import legal_day
from services.dossiers.domain.dossier import Dossier
from services.dossiers.gateways import Gateways
from services.dossiers.gateways.file_store import FileStore
from services.dossiers.gateways.scanner import Scanner
from services.dossiers.settings import DossiersSettings
from services.dossiers.storage import DossiersWork

# The catalogue is public: the portal asks on behalf of somebody who has not signed in yet.
CATALOGUE = "dossiers.catalogue"


class DossiersService(Service):
    name: ClassVar[str] = "dossiers"
    settings_class = DossiersSettings
    work_class = DossiersWork

    @classmethod
    def open_gateways(cls, runtime: Runtime) -> Gateways:
        settings = runtime.settings
        assert isinstance(settings, DossiersSettings)
        return Gateways(
            files=FileStore(settings.files_directory), scanner=Scanner(*settings.scanner), files_url=settings.files_url
        )

    # ------------------------------------------------------------ procedures

    def holdings(self, call: Call) -> dict[str, Any]:
        return queries.get_holdings(call.work, asker=_asker(call), now=call.now)

    @rpc(schemas.SearchProcedures, or_scope=CATALOGUE)
    def search_procedures(self, call: Call, *, text: str, audience: str | None) -> list[contract.ProcedureSummary]:
        return queries.search_procedures(call.work, text=text, audience=audience, now=call.now)

    @rpc(schemas.GetProcedure, or_scope=CATALOGUE)
    def get_procedure(self, call: Call, *, slug: str) -> contract.ProcedureSummary:
        return queries.get_procedure(call.work, slug=slug, now=call.now)

    # ------------------------------------------------------------ drafts

    @rpc(schemas.StartDraft, statements=("person", "decision"))
    def start_draft(
        self,
        call: Call,
        *,
        procedure: str,
        bce_number: BceNumber | None,
        establishment_number: EstablishmentNumber | None,
    ) -> contract.DossierView:
        asker = _asker(call)
        dossier = commands.start_draft(
            call.work,
            procedure=procedure,
            bce_number=bce_number,
            establishment_number=establishment_number,
            asker=asker,
            person=call.person,
            now=call.now,
        )
        return views.dossier(dossier, asker=asker, now=call.now)

    @rpc(schemas.OfDossier)
    def get_dossier(self, call: Call, *, dossier_id: UUID) -> contract.DossierView:
        return queries.get_dossier(call.work, dossier_id=dossier_id, asker=_asker(call), now=call.now)

    @rpc(schemas.ListDossiers)
    def list_dossiers(self, call: Call, *, bce_number: BceNumber | None, text: str) -> list[contract.DossierSummary]:
        return queries.list_dossiers(call.work, bce_number=bce_number, text=text, asker=_asker(call), now=call.now)

    @rpc(schemas.SaveDraft)
    def save_draft(self, call: Call, *, dossier_id: UUID, answers: dict[str, Any]) -> contract.DraftSaved:
        saved = commands.save_draft(call.work, dossier_id=dossier_id, answers=answers, asker=_asker(call), now=call.now)
        return views.draft_saved(*saved)

    @rpc(schemas.ChangeDossier)
    def validate_draft(self, call: Call, *, dossier_id: UUID) -> contract.DossierView:
        return _changed(call, commands.validate_draft, dossier_id=dossier_id, gateways=call.gateways)

    @rpc(schemas.SubmitDossier, statements=("decision",))
    def submit_dossier(self, call: Call, *, dossier_id: UUID, late_confirmed: bool) -> contract.DossierView:
        return _changed(call, commands.submit_dossier, dossier_id=dossier_id, late_confirmed=late_confirmed)

    # ------------------------------------------------------------ files

    # The answer holds a secret and is not to rest in the table of commands; the command is idempotent itself.
    @rpc(schemas.BeginUpload, remember=False)
    def begin_upload(self, call: Call, **asked: Any) -> contract.FileTicket:
        return commands.begin_upload(
            call.work, **asked, command_id=call.command_id, asker=_asker(call), gateways=call.gateways, now=call.now
        )

    @rpc(schemas.RemoveAttachment)
    def remove_attachment(self, call: Call, *, dossier_id: UUID, attachment_id: UUID) -> contract.DossierView:
        return _changed(call, commands.remove_attachment, dossier_id=dossier_id, attachment_id=attachment_id)

    @rpc(schemas.IssueDownload)
    def issue_download(self, call: Call, *, dossier_id: UUID, attachment_id: UUID) -> contract.FileTicket:
        return commands.issue_download(
            call.work,
            dossier_id=dossier_id,
            attachment_id=attachment_id,
            asker=_asker(call),
            gateways=call.gateways,
            now=call.now,
        )

    @http("PUT", "/files/<ticket>")
    def receive_file(self, tick: Tick, request: Request, *, ticket: str) -> Response:
        try:
            commands.receive_file(
                tick.work,
                ticket=ticket,
                stream=request.stream,
                length=request.content_length,
                gateways=tick.gateways,
                now=tick.now,
            )
        except ClientDisconnected as broken:
            raise contract.FileRefused(reason="wrong_length") from broken
        return Response(status=204)

    @http("GET", "/files/<ticket>")
    def take_file(self, tick: Tick, request: Request, *, ticket: str) -> Response:
        attachment = commands.take_file(tick.work, ticket=ticket, now=tick.now)
        files: FileStore = tick.gateways.files
        if not files.path_of(attachment.sha256).is_file():
            raise Unavailable(part="files")
        response = Response(files.read(attachment.sha256), content_type=attachment.media_type)
        response.content_length = attachment.size
        # A name in any script travels percent-encoded (RFC 8187).
        name = quote(attachment.file_name, safe="")
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"
        return response

    # ------------------------------------------------------------ who looks after them

    @rpc(schemas.ListStranded)
    def list_stranded(
        self, call: Call, *, bce_number: BceNumber, person_id: UUID, mandate_id: UUID
    ) -> list[contract.DossierSummary]:
        return queries.list_stranded(
            call.work,
            bce_number=bce_number,
            person_id=person_id,
            mandate_id=mandate_id,
            asker=_asker(call),
            now=call.now,
        )

    @rpc(schemas.ReassignDossiers)
    def reassign_dossiers(self, call: Call, **asked: Any) -> list[contract.DossierSummary]:
        dossiers = commands.reassign_dossiers(call.work, **asked, asker=_asker(call), now=call.now)
        return [views.summary(dossier, now=call.now) for dossier in dossiers]

    # ------------------------------------------------------------ treatment

    @rpc(schemas.AnswerComplement)
    def answer_complement(
        self, call: Call, *, dossier_id: UUID, complement_id: UUID, answer: str
    ) -> contract.DossierView:
        return _changed(
            call, commands.answer_complement, dossier_id=dossier_id, complement_id=complement_id, answer=answer
        )

    @rpc(schemas.ListQueue, role=AGENT, level=AGENT_LEVEL)
    def list_queue(self, call: Call, *, procedure: str | None) -> list[contract.DossierSummary]:
        return queries.list_queue(call.work, procedure=procedure, asker=_asker(call), now=call.now)

    @rpc(schemas.ChangeDossier, role=AGENT, level=AGENT_LEVEL)
    def claim_dossier(self, call: Call, *, dossier_id: UUID) -> contract.DossierView:
        return _changed(call, commands.claim_dossier, dossier_id=dossier_id)

    @rpc(schemas.RequestComplement, role=AGENT, level=AGENT_LEVEL)
    def request_complement(
        self, call: Call, *, dossier_id: UUID, elements: list[str], message: str, due_on: date
    ) -> contract.DossierView:
        return _changed(
            call,
            commands.request_complement,
            dossier_id=dossier_id,
            elements=elements,
            message=message,
            due_on=due_on,
        )

    @rpc(schemas.DecideDossier, role=AGENT, level=AGENT_LEVEL)
    def decide_dossier(self, call: Call, *, dossier_id: UUID, outcome: str, motivation: str) -> contract.DossierView:
        return _changed(call, commands.decide_dossier, dossier_id=dossier_id, outcome=outcome, motivation=motivation)

    # ------------------------------------------------------------ what is heard, and time

    @hears(RoleGranted)
    def on_role_granted(self, heard: Heard) -> None:
        reactions.note_mandate(heard.work, heard.event, version=heard.version)

    @hears(MandateChanged)
    def on_mandate_changed(self, heard: Heard) -> None:
        reactions.note_mandate(heard.work, heard.event, version=heard.version)

    @hears(MandateRevoked)
    def on_mandate_revoked(self, heard: Heard) -> None:
        reactions.note_mandate(heard.work, heard.event, version=heard.version)

    @hears(EnterpriseChanged)
    def on_enterprise_changed(self, heard: Heard) -> None:
        reactions.rename_enterprise(heard.work, heard.event, version=heard.version)

    @hears(PersonErased)
    def on_person_erased(self, heard: Heard) -> None:
        reactions.remove_drafts_of(heard.work, heard.event)

    @hears(DelegationRetold)
    def on_delegation_retold(self, heard: Heard) -> None:
        reactions.forget_mandates(heard.work, heard.event)

    @timer(seconds=600, name="drafts")
    def remove_expired_drafts(self, tick: Tick) -> None:
        commands.remove_expired_drafts(tick.work, now=tick.now)

    @timer(seconds=3600, name="files")
    def remove_unused_files(self, tick: Tick) -> None:
        commands.remove_unused_files(tick.work, gateways=tick.gateways)


def _asker(call: Call) -> Asker:
    """Who calls, with what she holds according to our read model and, where she brought one, a decision."""
    permit = None
    if call.decision is not None:
        decision = call.decision
        permit = Permit(
            bce_number=decision.bce_number,
            permission=decision.permission,
            procedure=decision.procedure,
            mandate_id=decision.mandate_id,
            establishment=decision.establishment,
        )
    actor = call.actor
    asker: Asker = call.work.mandates.asker(
        actor.person_id, level=actor.level, is_agent=AGENT in actor.roles, today=legal_day(call.now), permit=permit
    )
    return asker


def _changed(call: Call, command: Any, **asked: Any) -> contract.DossierView:
    """Run a command on a dossier inside the door's transaction and show what became of it."""
    asker = _asker(call)
    dossier: Dossier = command(call.work, **asked, asker=asker, now=call.now)
    return views.dossier(dossier, asker=asker, now=call.now)


SERVICE = DossiersService
