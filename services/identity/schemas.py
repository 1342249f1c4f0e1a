"""What identity's doors accept; types come out."""

from __future__ import annotations

from typing import Any, Final, get_args
from urllib.parse import urlsplit

import marshmallow as ma
import phonenumbers
from email_validator import EmailNotValidError, validate_email
from marshmallow import fields, validate

from chassis.doors import CommandSchema, QuerySchema
from contracts.identifiers import BceNumber, NationalNumber
from contracts.identity import Language, MeansName
from contracts.texts import can_be_seen
from services.identity.domain import notices
from services.identity.domain.contact import CITIZEN
from services.identity.domain.means import HIGHEST_LEVEL

LONGEST_EMAIL: Final = 254
# No provider's code or state, nor any secret of ours, comes near it.
LONGEST_SECRET: Final = 4096
LONGEST_ADDRESS: Final = 2000
LONGEST_BROWSER: Final = 400
LONGEST_TELEPHONE: Final = 40


class Email(fields.String):
    """A plausible address; whether it is hers, the link that is sent to it shows."""

    default_error_messages = {"invalid_email": "an e-mail address such as anne.dupont@example.org is expected"}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs)).strip()
        try:
            address = validate_email(text, check_deliverability=False, allow_smtputf8=False).normalized
        except EmailNotValidError as error:
            raise self.make_error("invalid_email") from error
        if len(address) > LONGEST_EMAIL:
            raise self.make_error("invalid_email")
        return address


class NationalNumberField(fields.String):
    """The sentence of the error never repeats the number."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> NationalNumber:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return NationalNumber.parse(str(text))
        except ValueError as error:
            raise ma.ValidationError(str(error)) from None


class Telephone(fields.String):
    """One that can be called, of any country; comes out as E.164 has it. Without a country it is Belgian."""

    default_error_messages = {"invalid_telephone": "a telephone number such as +32 81 12 34 56 is expected"}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs))
        try:
            number = phonenumbers.parse(text[:LONGEST_TELEPHONE], "BE")
        except phonenumbers.NumberParseException as error:
            raise self.make_error("invalid_telephone") from error
        if not phonenumbers.is_possible_number(number):
            raise self.make_error("invalid_telephone")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def words(*, required: bool, longest: int = 2000) -> fields.String:
    """A text that a person wrote; blanks around it go."""
    length = validate.Length(max=longest)
    return Words(required=True, validate=[length, seen] if required else length)


def seen(text: str) -> None:
    if not can_be_seen(text):
        raise ma.ValidationError("a text is expected")


class Words(fields.String):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return str(super()._deserialize(value, attr, data, **kwargs)).strip()


def secret() -> fields.String:
    return fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_SECRET))


def network_address() -> fields.String:
    """Of a browser: IPv4 or IPv6; "" where the portal does not say."""
    return fields.String(load_default="", validate=validate.Length(max=45))


def path_of_ours(value: str) -> None:
    """A path on the portal, and nothing that a browser could take for another site."""
    wrong = not value.startswith("/") or value[1:2] in {"/", "\\"} or "\\" in value or not value.isprintable()
    if wrong or len(value) > LONGEST_ADDRESS:
        raise ma.ValidationError("a path of the portal is expected, such as /dossiers")


def web_address(value: str) -> None:
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.fragment or len(value) > LONGEST_ADDRESS:
        raise ma.ValidationError("a web address is expected, such as https://portal.example.org/back")


def known_notice(value: str) -> None:
    if not notices.is_notice(value):
        raise ma.ValidationError("there is no such notice")


class BeginSignIn(CommandSchema):
    return_to = fields.String(required=True, validate=path_of_ours)
    callback_url = fields.String(required=True, validate=web_address)
    means = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(get_args(MeansName)))
    minimum_level = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=HIGHEST_LEVEL))
    address = network_address()


class CompleteSignIn(CommandSchema):
    state = secret()
    code = secret()
    browser_secret = secret()
    browser = fields.String(load_default="", validate=validate.Length(max=LONGEST_BROWSER))
    address = network_address()


class GetLinking(QuerySchema):
    linking_token = secret()
    address = network_address()


class LinkEuropeanIdentity(CommandSchema):
    linking_token = secret()
    national_number = NationalNumberField(required=True)
    email = Email(required=True)
    telephone = Telephone(required=True)
    address = network_address()


class GetEuropeanConflict(QuerySchema):
    identity_id = fields.UUID(required=True)


class DecideEuropeanConflict(CommandSchema):
    identity_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    accept = fields.Boolean(required=True)
    reason = words(required=True)


class PresentSession(QuerySchema):
    session_token = secret()


class SignOut(CommandSchema):
    session_token = secret()


class GetProviderSignOut(QuerySchema):
    return_url = fields.String(required=True, validate=web_address)


class EndSession(CommandSchema):
    session_id = fields.UUID(required=True)


class ConfirmEmail(CommandSchema):
    secret = secret()
    address = network_address()


class CreateCitizenSpace(CommandSchema):
    email = Email(required=True)


def space(value: str) -> None:
    """ "citizen", or a BCE number as it is stored."""
    try:
        known = value == CITIZEN or BceNumber.parse(value) == value
    except ValueError:
        known = False
    if not known:
        raise ma.ValidationError("a space is citizen, or a BCE number of ten digits")


class GiveEmail(CommandSchema):
    space = fields.String(required=True, validate=space)
    email = Email(required=True)


class AcknowledgeNotice(CommandSchema):
    notice = fields.String(required=True, validate=known_notice)


class ChooseLanguage(CommandSchema):
    language = fields.String(required=True, validate=validate.OneOf(get_args(Language)))


class RequestAccountDeletion(CommandSchema):
    reason = words(required=False)


class GetAccountDeletionCase(QuerySchema):
    deletion_id = fields.UUID(required=True)


class WriteAboutDeletion(CommandSchema):
    deletion_id = fields.UUID(required=True)
    message = words(required=True)


class DecideAccountDeletion(CommandSchema):
    deletion_id = fields.UUID(required=True)
    accept = fields.Boolean(required=True)
    reason = words(required=True)


class SetEducationStaff(CommandSchema):
    national_number = NationalNumberField(required=True)
    is_staff = fields.Boolean(required=True)


class ReferTo(QuerySchema):
    national_number = NationalNumberField(required=True)
