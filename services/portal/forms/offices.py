"""Forms of mandates from enterprise to enterprise."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from contracts.identifiers import BceNumber
from services.portal.forms import CommandForm, WordsRequired
from services.portal.forms.accesses import ScopedForm
from services.portal.forms.spaces import roles
from services.portal.pages.refusals import FIELDS


class OfficeForm(ScopedForm):
    office_bce_number = StringField(
        _("Numéro d’entreprise (BCE) du mandataire"),
        description=_("Par exemple celui de votre comptable ou de votre fiduciaire, en dix chiffres."),
        validators=[DataRequired(_("Donnez le numéro d’entreprise du mandataire."))],
        render_kw={"autocomplete": "off"},
    )
    role = SelectField(
        _("Rôle donné"),
        choices=lambda: [(name, label) for name, label in roles() if name != "access_manager"],
        default="contributor",
        validators=[InputRequired(_("Choisissez un rôle."))],
    )
    valid_until = DateField(
        _("Valable jusqu’au (facultatif)"),
        description=_("Sans date : un an. Cinq ans au plus."),
        validators=[Optional()],
    )

    def validate_office_bce_number(self, field: Any) -> None:
        try:
            BceNumber.parse(field.data)
        except ValueError as error:
            raise ValidationError(FIELDS["bce_number"]) from error

    @property
    def office(self) -> BceNumber:
        return BceNumber.parse(self.office_bce_number.data)


class AssignmentForm(CommandForm):
    """``people``: of the office, as (person_id, name)."""

    person_id = SelectField(
        _("Personne qui s’en charge"), validators=[InputRequired(_("Choisissez une personne de votre entreprise."))]
    )

    def __init__(self, *, people: list[tuple[str, str]], **given: Any) -> None:
        super().__init__(**given)
        self.person_id.choices = people


class RestForm(CommandForm):
    reason = TextAreaField(
        _("Raison de la suspension"),
        description=_(
            "Elle est gardée avec le mandat, pour les gestionnaires d’accès de votre entreprise. Le mandataire est "
            "averti de la suspension, sans la raison."
        ),
        validators=[WordsRequired(_("Donnez la raison de la suspension.")), Length(max=1000)],
        render_kw={"rows": 2},
    )


class EndingForm(CommandForm):
    reason = TextAreaField(
        _("Raison de la fin"),
        description=_(
            "Elle est gardée avec le mandat, pour les gestionnaires d’accès de votre entreprise. L’autre entreprise "
            "est avertie de la fin, sans la raison."
        ),
        validators=[WordsRequired(_("Donnez la raison de la fin.")), Length(max=1000)],
        render_kw={"rows": 2},
    )
