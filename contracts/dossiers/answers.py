"""What dossiers answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from contracts.identifiers import BceNumber, EstablishmentNumber

Audience = Literal["citizen", "professional"]
DossierState = Literal["draft", "submitted", "in_treatment", "decided", "withdrawn"]

# As many of somebody's dossiers are listed as stranded at once, and reassigned.
MOST_REASSIGNED = 500


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
    """``establishment_number``: of the establishment that it is for; None: the enterprise as a whole.
    ``orphaned_enterprise``: the name of the enterprise, where the person finds the dossier among her own because she
    submitted it and nobody is left there to let her read it."""

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
    establishment_number: EstablishmentNumber | None = None
    orphaned_enterprise: str | None = None


@dataclass(frozen=True, kw_only=True)
class DossierView:
    """``form``: the definition of the version the draft began on (see docs/procedures.md), with choices resolved for
    this person and ``locked`` values filled in; ``answers``: {field name: value}; ``may``: the acts the asker may do
    now (edit, validate, submit, answer_complement, claim, request_complement, decide); ``late``: filing now is late.
    ``declaration_id``: the attachment that is the PDF declaration made by validate_draft, None while there is none.
    ``establishment_number``: of the establishment that it is for; None: the enterprise as a whole."""

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
    establishment_number: EstablishmentNumber | None = None


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
