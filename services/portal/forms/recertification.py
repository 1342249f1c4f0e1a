"""The form by which an access manager says once a year which roles are still needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

from flask_babel import gettext, lazy_gettext
from wtforms import RadioField, TextAreaField, ValidationError
from wtforms.validators import Length

from contracts.delegation import EnterpriseMandateView, MandateView
from contracts.texts import can_be_seen
from services.portal.forms import CommandForm
from services.portal.languages import day
from services.portal.pages import words

_ = lazy_gettext

ANSWER = "answer_"


class RecertificationForm(CommandForm):
    """One answer for each mandate that ``recertification_form`` was given."""

    reason = TextAreaField(
        _("Raison du retrait"),
        description=_(
            "Seulement si vous retirez un rôle. Elle est gardée avec lui, pour les gestionnaires d’accès de votre "
            "entreprise. La personne est avertie du retrait, sans la raison."
        ),
        validators=[Length(max=1000)],
        render_kw={"rows": 2},
    )

    def answer_on(self, mandate: MandateView | EnterpriseMandateView) -> Any:
        return self[_field_of(mandate)]

    def chosen(self, answer: Literal["confirm", "revoke"]) -> list[UUID]:
        given = [field for field in self if field.name.startswith(ANSWER) and field.data == answer]
        return [UUID(field.name.removeprefix(ANSWER)) for field in given]

    def validate_reason(self, field: Any) -> None:
        if self.chosen("revoke") and not can_be_seen(field.data or ""):
            raise ValidationError(_("Donnez la raison du retrait."))


def recertification_form(mandates: Sequence[MandateView | EnterpriseMandateView]) -> RecertificationForm:
    answers = {_field_of(mandate): _answer_on(mandate) for mandate in mandates}
    form: RecertificationForm = type("Form", (RecertificationForm,), answers)()
    return form


def _field_of(mandate: MandateView | EnterpriseMandateView) -> str:
    if isinstance(mandate, EnterpriseMandateView):
        return ANSWER + mandate.enterprise_mandate_id.hex
    return ANSWER + mandate.mandate_id.hex


def _answer_on(mandate: MandateView | EnterpriseMandateView) -> RadioField:
    assert mandate.confirm_by is not None
    facts = [
        gettext("À confirmer au plus tard le %(day)s", day=day(mandate.confirm_by)),
        gettext("valable jusqu’au %(day)s", day=day(mandate.valid_until)),
        words.limits(mandate),
    ]
    holder = mandate.office_name if isinstance(mandate, EnterpriseMandateView) else words.holder(mandate)
    return RadioField(
        f"{holder} – {words.role(mandate.role)}",
        description=" · ".join(filter(None, facts)),
        choices=_choices,
        default="later",
    )


def _choices() -> list[tuple[str, str]]:
    return [("confirm", gettext("Confirmer")), ("revoke", gettext("Retirer")), ("later", gettext("Plus tard"))]
