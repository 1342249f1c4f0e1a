"""While it is filled in: answers, files, validation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from contracts.dossiers import AnswersInvalid, FileRefused, ProcedureClosed, WrongAudience
from contracts.errors import InvalidRequest, LevelTooLow, NotFound
from contracts.identity import PersonFacts
from services.dossiers.domain.calendar import legal_day
from services.dossiers.domain.dossier.record import Record
from services.dossiers.domain.form import Errors
from services.dossiers.domain.parts import COMPLEMENT, DECLARATION, Attachment, By
from services.dossiers.domain.prefill import ENTERPRISE_NAME, Enterprise, prefill
from services.dossiers.domain.procedure import FileRules, Procedure

DRAFT_KEPT = timedelta(days=90)


def require_open(procedure: Procedure, now: datetime) -> None:
    if not procedure.is_open(now):
        closes_at = procedure.closes_at
        raise ProcedureClosed(
            opens_at=procedure.opens_at.isoformat(), closes_at=closes_at.isoformat() if closes_at else None
        )


def require_level(required: int, by: By) -> None:
    if by.level < required:
        raise LevelTooLow(required=required, held=by.level)


@dataclass(eq=False, kw_only=True)
class Draft(Record):
    @classmethod
    def start(
        cls,
        definition: Procedure,
        *,
        dossier_id: UUID,
        by: By,
        person: PersonFacts,
        enterprise: Enterprise | None,
        now: datetime,
    ) -> Self:
        if ("professional" if enterprise else "citizen") not in definition.audiences:
            raise WrongAudience()
        require_open(definition, now)
        require_level(definition.minimum_level, by)
        locked, answers = prefill(definition, person=person, enterprise=enterprise)
        dossier = cls(
            dossier_id=dossier_id,
            definition=definition,
            procedure=definition.slug,
            procedure_version=definition.version,
            category=definition.category,
            person_id=by.person_id,
            applicant=person.full_name,
            bce_number=enterprise.bce_number if enterprise else None,
            establishment_number=enterprise.establishment_number if enterprise else None,
            answers=answers,
            locked=locked,
            created_at=now,
            updated_at=now,
            expires_at=now + DRAFT_KEPT,
        )
        dossier.note("started", by, now)
        return dossier

    def save(self, given: Mapping[str, Any], *, now: datetime) -> Errors:
        """Keep what was typed, right or wrong; what is wrong in it."""
        self.require_draft()
        answers, errors = self.form.save(given, today=legal_day(now))
        if answers != self.answers:
            self.answers = answers
            self._withdraw_declaration()
        self._keep_alive(now)
        return errors

    def require_room(self, *, heading: str, complement_id: UUID | None, size: int, now: datetime) -> FileRules:
        """The rules for one more file there; refused where none may be added."""
        rules = self._rules_for(heading, complement_id, now)
        there = [each for each in self.attachments if (each.heading, each.complement_id) == (heading, complement_id)]
        if len(there) >= rules.max_files:
            raise FileRefused(reason="too_many", max_files=rules.max_files)
        if size > rules.max_size:
            raise FileRefused(reason="too_large", max_size=rules.max_size)
        if size < 1:
            raise FileRefused(reason="empty")
        return rules

    def _rules_for(self, heading: str, complement_id: UUID | None, now: datetime) -> FileRules:
        if complement_id is not None:
            if heading != COMPLEMENT:
                raise InvalidRequest(fields={"heading": [f'files of an answer are filed under "{COMPLEMENT}"']})
            self.require_answerable(complement_id, now=now)
            return self.definition.complements
        self.require_draft()
        for each in self.form.headings():
            if each.heading == heading:
                return each
        raise InvalidRequest(fields={"heading": ["the form asks for no file under this heading"]})

    def attach(self, attachment: Attachment, *, now: datetime) -> None:
        self.require_room(
            heading=attachment.heading, complement_id=attachment.complement_id, size=attachment.size, now=now
        )
        self.attachments.append(attachment)
        self._changed_files_under(attachment, now)

    def remove_attachment(self, attachment_id: UUID, *, now: datetime) -> None:
        attachment = self.get_attachment(attachment_id)
        if attachment.heading == DECLARATION:
            raise NotFound()
        if attachment.complement_id is None:
            self.require_draft()
        else:
            self.require_answerable(attachment.complement_id, now=now)
        self.attachments.remove(attachment)
        self._changed_files_under(attachment, now)

    def require_valid(self, *, now: datetime) -> None:
        self.require_draft()
        errors = self.form.errors(today=legal_day(now))
        errors |= self.form.missing_files((each.heading for each in self.files), steps={"form"})
        if errors:
            raise AnswersInvalid(fields=errors)

    def validate(self, declaration: Attachment, *, by: By, now: datetime) -> None:
        """``declaration``: the PDF made of exactly these answers."""
        self.require_valid(now=now)
        self._withdraw_declaration()
        self.attachments.append(declaration)
        self.declaration_id = declaration.attachment_id
        self.note("validated", by, now)
        self._keep_alive(now)

    def follow_enterprise(self, name: str) -> bool:
        """The enterprise has this name: what nobody has submitted yet tells it. Whether it told another one."""
        named = [field.name for field in self.definition.fields() if field.prefill == ENTERPRISE_NAME]
        locked = {**self.locked, **{each: name for each in named if each in self.locked}}
        if not self.is_draft or locked == self.locked:
            return False
        self.locked = locked
        self._withdraw_declaration()
        self.version += 1
        return True

    def _changed_files_under(self, attachment: Attachment, now: datetime) -> None:
        heading = self.definition.find_heading(attachment.heading)
        if attachment.complement_id is None and heading is not None and heading.step == "form":
            self._withdraw_declaration()
        if self.is_draft:
            self._keep_alive(now)
        else:
            self.touched(now)

    def _withdraw_declaration(self) -> None:
        # It is sworn to what it lists; after a change it would swear to something else.
        self.attachments = [each for each in self.attachments if each.heading != DECLARATION]
        self.declaration_id = None

    def _keep_alive(self, now: datetime) -> None:
        self.expires_at = now + DRAFT_KEPT
        self.touched(now)
