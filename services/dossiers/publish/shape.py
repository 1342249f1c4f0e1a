"""The shape of a procedure file: which keys, of which kind. Loading gives the plain JSON of ``domain.procedure``."""

from __future__ import annotations

import re
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from services.dossiers.domain.prefill import SOURCES
from services.dossiers.publish.values import Bound, Day, Instant, Keywords, Locked, Size, When, Words

LEVELS = (100, 200, 350, 400, 450, 500)

_ERRORS = {"required": "is required", "null": "must not be empty"}


def name(pattern: str, told: str) -> Any:
    return validate.Regexp(re.compile(pattern), error=f"must be made of {told}")


FIELD_NAME = name(r"[a-z][a-z0-9_]{0,59}\Z", "lower case letters, digits and underscores")
SLUG = name(r"[a-z][a-z0-9-]{0,99}\Z", "lower case letters, digits and dashes")
MEDIA_TYPES = validate.ContainsOnly(["application/pdf", "image/png", "image/jpeg"])


class Choices(fields.Field[Any]):
    """A list, or {table, by}. Tables are put in by ``publish.tables``."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(value, dict):
            return TableChoices().load(value)
        return choice_list(value)


def choice_list(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not value:
        raise ma.ValidationError("must be a list of choices, or a table looked up by a field")
    loaded, errors = [], {}
    for index, item in enumerate(value):
        try:
            loaded.append({"value": item, "label": {"fr": item}} if isinstance(item, str) else ChoiceShape().load(item))
        except ma.ValidationError as error:
            errors[index] = error.messages
    if errors:
        raise ma.ValidationError(errors)
    return loaded


class Shape(ma.Schema):
    error_messages = {"unknown": "there is no such key", "type": "must be a mapping of keys"}  # noqa: RUF012

    class Meta:
        unknown = ma.RAISE

    def on_bind_field(self, field_name: str, field_obj: Any) -> None:
        field_obj.error_messages = {**field_obj.error_messages, **_ERRORS}


class ChoiceShape(Shape):
    value = fields.String(required=True, validate=validate.Length(1, 100))
    label = Words(required=True)
    when = When()


class TableChoices(Shape):
    table = fields.String(required=True)
    by = fields.String(required=True)


class FieldShape(Shape):
    name = fields.String(required=True, validate=FIELD_NAME)
    type = fields.String(
        required=True,
        validate=validate.OneOf(
            ["text", "textarea", "email", "number", "date", "choice", "checkbox", "declaration", "group"]
        ),
    )
    label = Words(required=True)
    help = Words()
    required = fields.Boolean(truthy={True}, falsy={False})
    when = When()
    prefill = fields.String(validate=validate.OneOf(list(SOURCES)))
    locked = Locked()
    min_length = fields.Integer(strict=True, validate=validate.Range(1))
    max_length = fields.Integer(strict=True, validate=validate.Range(1, 20000))
    pattern = fields.String()
    pattern_help = Words()
    min = Bound()
    max = Bound()
    decimals = fields.Integer(strict=True, validate=validate.Range(0, 6))
    unit = fields.String()
    choices = Choices()
    display = fields.String(validate=validate.OneOf(["select", "radio"]))
    fields_ = fields.List(fields.Nested(lambda: FieldShape()), data_key="fields", attribute="fields")
    min_items = fields.Integer(strict=True, validate=validate.Range(0))
    max_items = fields.Integer(strict=True, validate=validate.Range(1, 50))
    item_label = Words()


class SectionShape(Shape):
    name = fields.String(required=True, validate=FIELD_NAME)
    title = Words(required=True)
    help = Words()
    when = When()
    fields_ = fields.List(
        fields.Nested(FieldShape),
        data_key="fields",
        attribute="fields",
        required=True,
        validate=validate.Length(1, error="must hold a field"),
    )


class FileRulesShape(Shape):
    media_types = fields.List(fields.String(), validate=[MEDIA_TYPES, validate.Length(1)])
    max_size = Size()
    max_files = fields.Integer(strict=True, validate=validate.Range(1, 50))


class HeadingShape(FileRulesShape):
    heading = fields.String(required=True, validate=FIELD_NAME)
    label = Words(required=True)
    help = Words()
    required = fields.Boolean(truthy={True}, falsy={False})
    when = When()
    step = fields.String(validate=validate.OneOf(["form", "submission"]))


class ComplementsShape(FileRulesShape):
    late_answers = fields.String(validate=validate.OneOf(["accepted", "refused"]))


class OutcomeShape(Shape):
    value = fields.String(required=True, validate=FIELD_NAME)
    label = Words(required=True)


class TermExceptionShape(Shape):
    when = When(required=True)
    begins_on = Day(required=True)


class TermShape(Shape):
    days = fields.Integer(strict=True, required=True, validate=validate.Range(1, 3650))
    begins_on = Day(required=True)
    exceptions = fields.List(fields.Nested(TermExceptionShape))
    late = fields.String(validate=validate.OneOf(["confirm", "refuse"]))


class ComplementAtSubmissionShape(Shape):
    when = When()
    days = fields.Integer(strict=True, required=True, validate=validate.Range(1, 365))
    elements = fields.List(Words(), required=True, validate=validate.Length(1))
    message = Words(required=True)


class ProcedureShape(Shape):
    title = Words(required=True)
    summary = Words(required=True)
    intro = Words()
    keywords = Keywords()
    audiences = fields.List(
        fields.String(),
        required=True,
        validate=[validate.ContainsOnly(["citizen", "professional"]), validate.Length(1)],
    )
    category = fields.String(required=True, validate=SLUG)
    opens_at = Instant(required=True)
    closes_at = Instant()
    minimum_level = fields.Integer(strict=True, required=True, validate=validate.OneOf(LEVELS))
    submission_level = fields.Integer(strict=True, validate=validate.OneOf(LEVELS))
    sections = fields.List(
        fields.Nested(SectionShape), required=True, validate=validate.Length(1, error="must hold a section")
    )
    attachments = fields.List(fields.Nested(HeadingShape))
    outcomes = fields.List(
        fields.Nested(OutcomeShape), required=True, validate=validate.Length(1, error="must hold an outcome")
    )
    term = fields.Nested(TermShape)
    complement_at_submission = fields.Nested(ComplementAtSubmissionShape)
    complements = fields.Nested(ComplementsShape)
    tables = fields.Dict(keys=fields.String(), values=fields.Dict(keys=fields.String()))
