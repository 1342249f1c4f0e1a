"""Forms of the agents' console."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateField, RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from services.portal.forms import CommandForm


class ComplementRequestForm(CommandForm):
    elements = TextAreaField(
        _("Éléments demandés"),
        description=_("Un élément par ligne : chacun sera nommé à la personne."),
        validators=[DataRequired(_("Nommez au moins un élément.")), Length(max=2000)],
        render_kw={"rows": 3},
    )
    message = TextAreaField(
        _("Message à la personne"),
        validators=[DataRequired(_("Expliquez ce qui est attendu.")), Length(max=2000)],
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
        return [line.strip() for line in (self.elements.data or "").splitlines() if line.strip()]


class DecisionForm(CommandForm):
    """``outcome``'s choices come from the dossier's procedure."""

    outcome = RadioField(_("Décision"), validators=[InputRequired(_("Choisissez une décision."))])
    motivation = TextAreaField(
        _("Motivation"),
        description=_("La personne la lira avec la décision."),
        validators=[DataRequired(_("Motivez la décision.")), Length(max=5000)],
        render_kw={"rows": 5},
    )
