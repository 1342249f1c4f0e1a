"""Forms of the portal's own. Each carries a ``command_id`` made when it is shown: pressing twice does one thing."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4, uuid5

from flask import abort, request
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.i18n import translations
from wtforms import HiddenField, ValidationError
from wtforms.validators import DataRequired, StopValidation

from contracts.identifiers import BceNumber, NationalNumber
from contracts.texts import can_be_seen
from services.portal.pages.refusals import FIELDS

# Numbers once had nine digits, and may still be given so.
OLD_NUMBER = "403019261"
SHORTEST_NAME = 2
_SIGNS_OF_NUMBERS = str.maketrans("", "", " .-\u00a0\u202f")
_NO_CHOICE = _("Ce choix n’est pas, ou n’est plus, parmi ceux qui sont proposés.")
# What WTForms says of an answer that is none tells nobody what to do.
_WORDS: dict[str, Any] = {
    "Not a valid date value.": _("Cette date n’est pas valable. Donnez-la comme ceci : 2027-12-31."),
    "Not a valid choice.": _NO_CHOICE,
    "'%(value)s' is not a valid choice for this field.": _NO_CHOICE,
}


class _OwnWords:
    """The messages of WTForms, in our own words where we have some."""

    def gettext(self, message: str) -> str:
        return str(_WORDS[message] if message in _WORDS else translations.gettext(message))

    def ngettext(self, one: str, many: str, count: int) -> str:
        return str(_WORDS[one] if one in _WORDS else translations.ngettext(one, many, count))


class CommandForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Errors that belong to no field go to ``form_errors``, which the summary shows first."""

    class Meta:
        # Every POST is checked before it reaches a form (CSRFProtect): once is enough.
        csrf = False

        def get_translations(self, form: Any) -> _OwnWords:
            return _OwnWords()

    command_id = HiddenField(default=lambda: str(uuid4()))


def command_id(part: str = "") -> UUID:
    """Of the form that was sent; ``part``: of one of several things that one press does."""
    try:
        sent = UUID(request.form.get("command_id", ""))
    except ValueError:
        abort(400)
    return uuid5(sent, part) if part else sent


class WordsRequired(DataRequired):  # type: ignore[misc]  # WTForms has no types
    """A text that does not only look empty."""

    def __call__(self, form: Any, field: Any) -> None:
        if not can_be_seen(field.data or ""):
            raise StopValidation(self.message)


class IsBceNumberOrName:
    """As many digits as a number has, and nothing else, are meant as one."""

    def __call__(self, form: Any, field: Any) -> None:
        typed = (field.data or "").strip()
        digits = typed.upper().removeprefix("BE").translate(_SIGNS_OF_NUMBERS)
        if digits.isdigit() and len(digits) >= len(OLD_NUMBER):
            try:
                BceNumber.parse(typed)
            except ValueError as error:
                raise ValidationError(FIELDS["bce_number"]) from error
        elif len(typed) < SHORTEST_NAME:
            raise ValidationError(FIELDS["query"])


class IsNationalNumber:
    def __call__(self, form: Any, field: Any) -> None:
        try:
            NationalNumber.parse(field.data or "")
        except ValueError as error:
            raise ValidationError(FIELDS["national_number"]) from error
