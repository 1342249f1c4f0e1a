"""dossiers: procedures, forms, drafts, files, and what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Literal, Protocol
from uuid import UUID

from contracts.errors import Refusal
from contracts.events import Event
from contracts.exports import PersonExport
from contracts.identifiers import BceNumber

Audience = Literal["citizen", "professional"]
DossierState = Literal["draft", "submitted", "in_treatment", "decided", "withdrawn"]

# ---------------------------------------------------------------- answers


@dataclass(frozen=True, kw_only=True)
class ProcedureSummary:
    """``title`` and ``summary`` in each language of the procedure: {"fr": …}. ``category``: mandates may be limited to
    some."""

    slug: str
    audiences: list[Audience]
    title: dict[str, str]
    summary: dict[str, str]
    opens_at: datetime
    closes_at: datetime | None
    is_open: bool
    minimum_level: int
    category: str = ""


@dataclass(frozen=True, kw_only=True)
class AttachmentView:
    attachment_id: UUID
    heading: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    added_at: datetime
    complement_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class ComplementView:
    """A complement request (DRC). ``due_at``: end of a day in Brussels. ``elements``: what is asked, in words."""

    complement_id: UUID
    elements: list[str]
    message: str
    due_at: datetime
    state: Literal["open", "answered", "overdue"]
    asked_at: datetime
    answered_at: datetime | None
    answer: str | None


@dataclass(frozen=True, kw_only=True)
class StepView:
    """One line of the dossier's history. ``verb``: submitted, claimed, complement_requested …"""

    verb: str
    at: datetime
    by: Literal["user", "administration", "system"]


@dataclass(frozen=True, kw_only=True)
class DossierSummary:
    dossier_id: UUID
    reference: str | None
    procedure: str
    title: dict[str, str]
    bce_number: BceNumber | None
    state: DossierState
    must_act: bool
    is_late: bool
    updated_at: datetime
    submitted_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class DossierView:
    """``form``: the definition of the version the draft began on (see docs/procedures.md), with choices resolved for
    this person and ``locked`` values filled in; ``answers``: {field name: value}; ``may``: the acts the asker may do
    now (edit, validate, submit, answer_complement, claim, request_complement, decide); ``late``: filing now is late.
    ``declaration_id``: the attachment that is the PDF declaration made by validate_draft, None while there is none."""

    dossier_id: UUID
    reference: str | None
    procedure: str
    procedure_version: int
    title: dict[str, str]
    bce_number: BceNumber | None
    state: DossierState
    form: dict[str, Any]
    answers: dict[str, Any]
    attachments: list[AttachmentView]
    complements: list[ComplementView]
    history: list[StepView]
    declaration_id: UUID | None
    may: list[str]
    late: bool
    is_late: bool
    late_since: datetime | None
    submitted_at: datetime | None
    content_digest: str | None
    claimed_by: UUID | None
    outcome: str | None
    motivation: str | None
    updated_at: datetime
    expires_at: datetime | None
    category: str = ""


@dataclass(frozen=True, kw_only=True)
class DraftSaved:
    """What was saved is saved even where wrong. ``errors``: {field name: [code, …]} of the fields that were given."""

    dossier_id: UUID
    saved_at: datetime
    errors: dict[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class FileTicket:
    """Where to PUT (with Content-Length and the SHA-256 announced) or GET the bytes, once, before ``expires_at``."""

    attachment_id: UUID
    url: str
    expires_at: datetime


# ---------------------------------------------------------------- events


@dataclass(frozen=True, kw_only=True)
class _DossierState(Event):
    publisher: ClassVar[str] = "dossiers"
    subject_id: ClassVar[str] = "dossier_id"

    dossier_id: UUID
    reference: str
    procedure: str
    title: dict[str, str]
    person_id: UUID
    bce_number: BceNumber | None
    state: DossierState
    is_late: bool
    submitted_at: datetime
    content_digest: str
    claimed_by: UUID | None
    complement_due_at: datetime | None
    outcome: str | None


@dataclass(frozen=True, kw_only=True)
class DossierSubmitted(_DossierState):
    type: ClassVar[str] = "dossier_submitted"
    listeners: ClassVar[tuple[str, ...]] = ("identity", "notifications")


@dataclass(frozen=True, kw_only=True)
class DossierClaimed(_DossierState):
    type: ClassVar[str] = "dossier_claimed"
    listeners: ClassVar[tuple[str, ...]] = ("identity",)


@dataclass(frozen=True, kw_only=True)
class ComplementRequested(_DossierState):
    type: ClassVar[str] = "complement_requested"
    listeners: ClassVar[tuple[str, ...]] = ("identity", "notifications")


@dataclass(frozen=True, kw_only=True)
class ComplementAnswered(_DossierState):
    type: ClassVar[str] = "complement_answered"
    listeners: ClassVar[tuple[str, ...]] = ("identity",)


@dataclass(frozen=True, kw_only=True)
class DossierDecided(_DossierState):
    type: ClassVar[str] = "dossier_decided"
    listeners: ClassVar[tuple[str, ...]] = ("identity", "notifications")


@dataclass(frozen=True, kw_only=True)
class DossiersRetold(Event):
    """All states there are were told again in this epoch. A dossier told in an older one and not since is no more: the
    database was restored from a time before it."""

    publisher: ClassVar[str] = "dossiers"
    type: ClassVar[str] = "dossiers_retold"
    subject_id: ClassVar[str] = "epoch"
    listeners: ClassVar[tuple[str, ...]] = ("identity",)

    epoch: int


# ---------------------------------------------------------------- refusals


class ProcedureUnknown(Refusal):
    code = "procedure_unknown"
    sentence = "There is no such procedure."


class ProcedureClosed(Refusal):
    """``details``: opens_at, closes_at."""

    code = "procedure_closed"
    sentence = "The procedure is not open today."


class WrongAudience(Refusal):
    code = "wrong_audience"
    sentence = "This procedure is not for this kind of space."


class AnswersInvalid(Refusal):
    """``details["fields"]``: {field or attachment heading: [code, …]}."""

    code = "answers_invalid"
    sentence = "The form is not complete or not right."


class NotADraft(Refusal):
    code = "not_a_draft"
    sentence = "The dossier was submitted already."


class NotValidated(Refusal):
    code = "not_validated"
    sentence = "Validate the form first; what was changed since must be validated again."


class LateFilingNotConfirmed(Refusal):
    """``details["late_since"]``: the instant at which the term ended."""

    code = "late_filing_not_confirmed"
    sentence = "The term has passed; the person must confirm that he files late."


class FileRefused(Refusal):
    """``details["reason"]``: too_large, wrong_type, infected, empty, wrong_length, wrong_digest, too_many."""

    code = "file_refused"
    sentence = "The file cannot be taken."


class TicketInvalid(Refusal):
    code = "ticket_invalid"
    sentence = "The ticket is unknown, was used already or has expired."


class ComplementNotOpen(Refusal):
    code = "complement_not_open"
    sentence = "There is no open complement request by that name."


class AlreadyClaimed(Refusal):
    code = "already_claimed"
    sentence = "Another agent treats this dossier."


class WrongState(Refusal):
    """``details["state"]``: the state the dossier is in."""

    code = "wrong_state"
    sentence = "The dossier is not in a state that allows this."


# ---------------------------------------------------------------- RPC


class Dossiers(Protocol):
    """Statement needed: the actor's; an agent has the role ``agent``. What is another's is ``not_found``."""

    # actor, or scope dossiers.catalogue (the portal, for who has not signed in yet); so has get_procedure
    def search_procedures(self, *, text: str, audience: str | None) -> list[ProcedureSummary]: ...

    def get_procedure(self, *, slug: str) -> ProcedureSummary: ...

    # also the person statement (locked fields)
    def start_draft(self, *, procedure: str, bce_number: BceNumber | None, command_id: UUID) -> DossierView: ...

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

    # for an enterprise also the decision statement (dossier.submit)
    def submit_dossier(self, *, dossier_id: UUID, late_confirmed: bool, command_id: UUID) -> DossierView: ...

    def answer_complement(
        self, *, dossier_id: UUID, complement_id: UUID, answer: str, command_id: UUID
    ) -> DossierView: ...

    # what the service holds on the actor
    def export_person(self, *, before: UUID | None = None) -> PersonExport: ...

    # role agent
    def list_queue(self, *, procedure: str | None) -> list[DossierSummary]: ...

    def claim_dossier(self, *, dossier_id: UUID, command_id: UUID) -> DossierView: ...

    def request_complement(
        self, *, dossier_id: UUID, elements: list[str], message: str, due_on: date, command_id: UUID
    ) -> DossierView: ...

    def decide_dossier(self, *, dossier_id: UUID, outcome: str, motivation: str, command_id: UUID) -> DossierView: ...
