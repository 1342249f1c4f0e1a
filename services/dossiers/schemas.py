"""What comes in at the doors, loaded into types. A sentence says what is wrong with a field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, get_args

import marshmallow as ma
from marshmallow import fields, validate

from chassis.doors import CommandSchema, QuerySchema
from contracts.dossiers import MOST_REASSIGNED, Audience
from contracts.identifiers import BceNumber, EstablishmentNumber
from contracts.texts import can_be_seen
from services.dossiers.domain.checks import clean

LARGEST_ANSWERS = 200_000
LONGEST_FILE_NAME = 150


class BceField(fields.Field[BceNumber]):
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> BceNumber:
        if not isinstance(value, str):
            raise ma.ValidationError("a text is expected")
        try:
            return BceNumber.parse(value)
        except ValueError as error:
            raise ma.ValidationError(str(error)) from error


class EstablishmentField(fields.Field[EstablishmentNumber]):
    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> EstablishmentNumber:
        if not isinstance(value, str):
            raise ma.ValidationError("a text is expected")
        try:
            return EstablishmentNumber.parse(value)
        except ValueError as error:
            raise ma.ValidationError(str(error)) from error


def _seen(text: str) -> None:
    if not can_be_seen(text):
        raise ma.ValidationError("a text is expected")


class Text(fields.String):
    """Words of a person, without what a database or a page could not hold."""

    def __init__(self, *, longest: int, seen: bool = False, lines: bool = False, **options: Any) -> None:
        self.lines = lines
        length = validate.Length(max=longest, error=f"at most {longest} characters are expected")
        super().__init__(validate=[length, _seen] if seen else length, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        return clean(super()._deserialize(value, attr, data, **kwargs), lines=self.lines)


# Marks that turn the direction of writing: with one of them "fdp.exe" is shown as "exe.pdf".
_TURNING = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


class FileName(fields.String):
    """The last part of whatever path was sent, shortened before its ending."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = clean(super()._deserialize(value, attr, data, **kwargs).translate(_TURNING), lines=False)
        name = text.replace("\\", "/").rpartition("/")[2].strip(". ")
        stem, dot, ending = name.rpartition(".")
        if dot and len(ending) <= 10:
            name = f"{stem[: LONGEST_FILE_NAME - len(ending) - 1]}.{ending}"
        if not name:
            raise ma.ValidationError("a name is expected")
        return name[:LONGEST_FILE_NAME]


def _not_too_large(answers: dict[str, Any]) -> None:
    try:
        size = len(json.dumps(answers))
    except (TypeError, ValueError, RecursionError) as error:
        raise ma.ValidationError("plain JSON is expected") from error
    if size > LARGEST_ANSWERS:
        raise ma.ValidationError(f"at most {LARGEST_ANSWERS} characters of JSON are expected")


class SearchProcedures(QuerySchema):
    text = Text(longest=200, load_default="")
    audience = fields.String(
        allow_none=True,
        load_default=None,
        validate=validate.OneOf(get_args(Audience), error=f"one of {', '.join(get_args(Audience))}"),
    )


class GetProcedure(QuerySchema):
    slug = Text(longest=100, required=True)


class StartDraft(CommandSchema):
    procedure = Text(longest=100, required=True)
    bce_number = BceField(allow_none=True, load_default=None)
    establishment_number = EstablishmentField(allow_none=True, load_default=None)

    @ma.validates_schema
    def require_enterprise(self, given: dict[str, Any], **_: Any) -> None:
        if given.get("establishment_number") is not None and given.get("bce_number") is None:
            raise ma.ValidationError("an establishment is one of an enterprise", "establishment_number")


class OfDossier(QuerySchema):
    dossier_id = fields.UUID(required=True)


class ChangeDossier(CommandSchema):
    dossier_id = fields.UUID(required=True)


class ListDossiers(QuerySchema):
    bce_number = BceField(allow_none=True, load_default=None)
    text = Text(longest=200, load_default="")


class ListStranded(QuerySchema):
    bce_number = BceField(required=True)
    person_id = fields.UUID(required=True)
    mandate_id = fields.UUID(required=True)


class ReassignDossiers(CommandSchema):
    bce_number = BceField(required=True)
    dossier_ids = fields.List(
        fields.UUID(),
        required=True,
        validate=validate.Length(1, MOST_REASSIGNED, error=f"1 to {MOST_REASSIGNED} dossiers are expected"),
    )
    from_person_id = fields.UUID(required=True)
    to_person_id = fields.UUID(required=True)


class SaveDraft(ChangeDossier):
    answers = fields.Dict(keys=fields.String(validate=validate.Length(max=100)), required=True, validate=_not_too_large)


class BeginUpload(ChangeDossier):
    heading = Text(longest=100, required=True)
    complement_id = fields.UUID(allow_none=True, load_default=None)
    file_name = FileName(required=True)
    size = fields.Integer(
        strict=True, required=True, validate=validate.Range(0, 2**40, error="a number of bytes is expected")
    )
    sha256 = fields.String(
        required=True,
        validate=validate.Regexp(r"[0-9a-f]{64}\Z", error="64 hexadecimal digits in lower case are expected"),
    )


class RemoveAttachment(ChangeDossier):
    attachment_id = fields.UUID(required=True)


class IssueDownload(OfDossier):
    attachment_id = fields.UUID(required=True)


class SubmitDossier(ChangeDossier):
    late_confirmed = fields.Boolean(truthy={True}, falsy={False}, required=True)


class AnswerComplement(ChangeDossier):
    complement_id = fields.UUID(required=True)
    answer = Text(longest=10_000, lines=True, required=True)


class ListQueue(QuerySchema):
    procedure = Text(longest=100, allow_none=True, load_default=None)


class RequestComplement(ChangeDossier):
    elements = fields.List(
        Text(longest=500, seen=True),
        required=True,
        validate=validate.Length(1, 20, error="1 to 20 elements are expected"),
    )
    message = Text(longest=10_000, lines=True, load_default="")
    due_on = fields.Date(required=True)


class DecideDossier(ChangeDossier):
    outcome = Text(longest=100, required=True)
    motivation = Text(longest=20_000, seen=True, lines=True, required=True)
