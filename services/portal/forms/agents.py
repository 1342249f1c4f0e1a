"""Forms of the agents' console."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from contracts.texts import can_be_seen
from services.portal.forms import CommandForm, IsNationalNumber, WordsRequired


class ComplementRequestForm(CommandForm):
    elements = TextAreaField(
        _("Éléments demandés"),
        description=_("Un élément par ligne : chacun sera nommé à la personne."),
        validators=[WordsRequired(_("Nommez au moins un élément.")), Length(max=2000)],
        render_kw={"rows": 3},
    )
    message = TextAreaField(
        _("Message à la personne"),
        validators=[WordsRequired(_("Expliquez ce qui est attendu.")), Length(max=2000)],
        render_kw={"rows": 3},
    )
    due_on = DateField(
        _("Échéance"),
        description=_("La réponse est possible jusqu’à la fin de ce jour."),
        validators=[InputRequired(_("Donnez l’échéance."))],
    )

    def validate_elements(self, field: Any) -> None:
        if not self.element_list():
            raise ValidationError(_("Nommez au moins un élément."))

    def element_list(self) -> list[str]:
        return [line.strip() for line in (self.elements.data or "").splitlines() if can_be_seen(line)]


class LetterForm(CommandForm):
    message = TextAreaField(
        _("Message à la personne"),
        description=_("Il lui est envoyé par e-mail."),
        validators=[WordsRequired(_("Écrivez un message.")), Length(max=2000)],
        render_kw={"rows": 4},
    )


class DeletionDecisionForm(CommandForm):
    outcome = RadioField(
        _("Décision"),
        choices=lambda: [
            ("accept", str(_("Supprimer le compte dans 30 jours"))),
            ("refuse", str(_("Ne pas le supprimer"))),
        ],
        validators=[InputRequired(_("Choisissez une décision."))],
    )
    reason = TextAreaField(
        _("Motivation"),
        description=_("La personne la lira dans son profil."),
        validators=[WordsRequired(_("Motivez la décision.")), Length(max=2000)],
        render_kw={"rows": 4},
    )


class EducationStaffForm(CommandForm):
    national_number = StringField(
        _("Numéro de registre national"),
        validators=[DataRequired(_("Donnez le numéro de la personne.")), IsNationalNumber()],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "class": "field-short"},
    )
    is_staff = RadioField(
        _("Cette personne"),
        choices=lambda: [
            ("yes", str(_("fait partie des personnels de l’Enseignement"))),
            ("no", str(_("n’en fait pas partie, sauf si CSAM le dit"))),
        ],
        validators=[InputRequired(_("Choisissez une réponse."))],
    )


class DecisionForm(CommandForm):
    """``outcome``'s choices come from the dossier's procedure."""

    outcome = RadioField(_("Décision"), validators=[InputRequired(_("Choisissez une décision."))])
    motivation = TextAreaField(
        _("Motivation"),
        description=_("La personne la lira avec la décision."),
        validators=[WordsRequired(_("Motivez la décision.")), Length(max=5000)],
        render_kw={"rows": 5},
    )
