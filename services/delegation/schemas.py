"""What comes in at the doors, loaded into types. A sentence says what is wrong with a field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args, get_type_hints

import marshmallow as ma
from email_validator import EmailNotValidError, validate_email
from marshmallow import fields, validate

from chassis.doors import CommandSchema, QuerySchema
from contracts.delegation import EnterpriseView, Permission, RoleName
from contracts.identifiers import BceNumber, EstablishmentNumber
from contracts.identity import Language
from services.delegation.domain.checks import MOST_QUESTIONS, Question
from services.delegation.domain.register import MOST_ESTABLISHMENTS
from services.delegation.domain.scopes import MOST_CATEGORIES, Scope

LONGEST_EMAIL = 254
# More would outlast the caller's patience.
MOST_CONFIRMED = 1000


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


class Text(fields.String):
    """Words of a person, without spaces around them and without what the database or a page could not hold."""

    def __init__(self, *, longest: int, shortest: int = 0, **options: Any) -> None:
        length = validate.Length(min=shortest, max=longest, error=f"{shortest} to {longest} characters are expected")
        super().__init__(validate=length, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs).strip()
        if any(
            (character < " " and character not in "\t\r\n") or "\ud800" <= character <= "\udfff" for character in text
        ):
            raise ma.ValidationError("control characters are not allowed")
        return text


class Line(Text):
    """As it may stand in the subject of a mail: one line."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if len(text.splitlines()) > 1:
            raise ma.ValidationError("one line is expected")
        return text


def one_of(literal: Any, *, unless_given: str | None = None, or_none: bool = False) -> fields.String:
    """Required, where there is no default."""
    choices = get_args(literal)
    presence: dict[str, Any] = {"load_default": unless_given} if unless_given else {"required": True}
    if or_none:
        presence = {"load_default": None, "allow_none": True}
    return fields.String(**presence, validate=validate.OneOf(choices, error=f"one of {', '.join(choices)}"))


class Email(fields.String):
    """An address that a mail can go to. marshmallow's own field takes control characters, ``a@localhost`` and names
    that not every server carries: the access manager would be told that it was sent."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).strip()
        try:
            address = validate_email(text, check_deliverability=False, allow_smtputf8=False).normalized
        except EmailNotValidError as error:
            raise ma.ValidationError("this is not an e-mail address") from error
        if len(address) > LONGEST_EMAIL:
            raise ma.ValidationError(f"an address has {LONGEST_EMAIL} characters at most")
        return address


class OfEnterprise(QuerySchema):
    bce_number = BceField(required=True)


class ListEstablishments(OfEnterprise):
    numbers = fields.List(
        EstablishmentField(), allow_none=True, load_default=None, validate=validate.Length(max=MOST_ESTABLISHMENTS)
    )


class OfMine(QuerySchema):
    bce_number = BceField(allow_none=True, load_default=None)
    ended = fields.Boolean(load_default=False)


class SearchEnterprises(QuerySchema):
    query = Line(shortest=2, longest=100, required=True)
    most = fields.Integer(strict=True, load_default=10, validate=validate.Range(1, 20, error="1 to 20 are given"))


class RequestRole(CommandSchema):
    bce_number = BceField(required=True)
    role = one_of(RoleName)
    message = Text(longest=2000, load_default="")


class ScopedSchema(CommandSchema):
    """What of the enterprise's affairs a role is given for."""

    establishment_number = EstablishmentField(allow_none=True, load_default=None)
    procedure_categories = fields.List(
        Line(shortest=1, longest=50), allow_none=True, load_default=None, validate=validate.Length(max=MOST_CATEGORIES)
    )

    @ma.post_load
    def make_scope(self, given: dict[str, Any], **_: Any) -> dict[str, Any]:
        given["scope"] = Scope.of(given.pop("establishment_number"), given.pop("procedure_categories") or ())
        return given


class AcceptRoleRequest(ScopedSchema):
    role_request_id = fields.UUID(required=True)
    valid_until = fields.Date(allow_none=True, load_default=None)


class OfRoleRequest(CommandSchema):
    role_request_id = fields.UUID(required=True)


class RefuseRoleRequest(CommandSchema):
    role_request_id = fields.UUID(required=True)
    reason = Text(longest=2000, required=True)


class InvitePerson(ScopedSchema):
    bce_number = BceField(required=True)
    role = one_of(RoleName)
    email = Email(allow_none=True, load_default=None)
    person_id = fields.UUID(allow_none=True, load_default=None)
    valid_until = fields.Date(allow_none=True, load_default=None)
    # Nobody has told us what somebody reads who is known by an address only; who invites may know.
    language = one_of(Language, unless_given="fr")

    @ma.validates_schema
    def require_one_address(self, given: dict[str, Any], **_: Any) -> None:
        if (given["email"] is None) == (given["person_id"] is None):
            raise ma.ValidationError("exactly one of email and person_id is expected", "email")


class GetInvitation(QuerySchema):
    secret = Line(longest=200, required=True)


class AnswerInvitation(CommandSchema):
    secret = Line(longest=200, allow_none=True, load_default=None)
    invitation_id = fields.UUID(allow_none=True, load_default=None)

    @ma.validates_schema
    def require_one_key(self, given: dict[str, Any], **_: Any) -> None:
        if (given["secret"] is None) == (given["invitation_id"] is None):
            raise ma.ValidationError("exactly one of secret and invitation_id is expected", "secret")


class OfInvitation(CommandSchema):
    invitation_id = fields.UUID(required=True)


class RevokeMandate(CommandSchema):
    mandate_id = fields.UUID(required=True)
    reason = Text(longest=2000, required=True)
    cascade = fields.Boolean(load_default=False)


class RevokeMandatesOf(CommandSchema):
    bce_number = BceField(required=True)
    person_id = fields.UUID(required=True)
    reason = Text(longest=2000, required=True)


class NarrowMandate(CommandSchema):
    mandate_id = fields.UUID(required=True)
    category = Line(shortest=1, longest=50, required=True)


class RenewMandate(CommandSchema):
    mandate_id = fields.UUID(required=True)
    valid_until = fields.Date(allow_none=True, load_default=None)


class SuspendMandate(CommandSchema):
    mandate_id = fields.UUID(required=True)
    reason = Text(longest=2000, required=True)


class ResumeMandate(CommandSchema):
    mandate_id = fields.UUID(required=True)


class ConfirmMandates(CommandSchema):
    bce_number = BceField(required=True)
    mandate_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST_CONFIRMED))


class MandateEnterprise(ScopedSchema):
    bce_number = BceField(required=True)
    office_bce_number = BceField(required=True)
    role = one_of(RoleName)
    valid_until = fields.Date(allow_none=True, load_default=None)


class AssignPerson(CommandSchema):
    enterprise_mandate_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)


class RenewEnterpriseMandate(CommandSchema):
    enterprise_mandate_id = fields.UUID(required=True)
    valid_until = fields.Date(allow_none=True, load_default=None)


class ListEnterpriseMandates(OfEnterprise):
    enterprise_mandate_id = fields.UUID(allow_none=True, load_default=None)


class OfEnterpriseMandate(CommandSchema):
    enterprise_mandate_id = fields.UUID(required=True)


class SuspendEnterpriseMandate(CommandSchema):
    enterprise_mandate_id = fields.UUID(required=True)
    reason = Text(longest=2000, required=True)


class EndEnterpriseMandate(CommandSchema):
    enterprise_mandate_id = fields.UUID(required=True)
    reason = Text(longest=2000, required=True)


class IssueDecision(QuerySchema):
    bce_number = BceField(required=True)
    permission = one_of(Permission)
    procedure = Line(longest=200, allow_none=True, load_default=None)
    establishment = EstablishmentField(allow_none=True, load_default=None)


class Check(IssueDecision):
    person_id = fields.UUID(required=True)


class CheckMany(QuerySchema):
    questions = fields.List(
        fields.Nested(Check),
        required=True,
        validate=validate.Length(max=MOST_QUESTIONS, error=f"{MOST_QUESTIONS} questions at most"),
    )

    @ma.post_load
    def make_questions(self, given: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"questions": [Question.of(**asked) for asked in given["questions"]]}


class ListEnterprisesOf(QuerySchema):
    person_id = fields.UUID(required=True)
    permission = one_of(Permission, or_none=True)


class RegisterEnterprise(CommandSchema):
    bce_number = BceField(required=True)
    name = Line(shortest=1, longest=500, required=True)
    state = one_of(get_type_hints(EnterpriseView)["state"])


class DesignateAccessManager(CommandSchema):
    bce_number = BceField(required=True)
    person_id = fields.UUID(required=True)
    email = Email(allow_none=True, load_default=None)
    language = one_of(Language)


class WithdrawAccessManager(CommandSchema):
    bce_number = BceField(required=True)
    person_id = fields.UUID(required=True)
