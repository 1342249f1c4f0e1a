"""Forms about European identities."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import EmailField, HiddenField, RadioField, StringField, TelField, TextAreaField
from wtforms.validators import DataRequired, Email, InputRequired, Length

from services.portal.forms import CommandForm, IsNationalNumber, WordsRequired
from services.portal.pages.refusals import FIELDS


class LinkingForm(CommandForm):
    national_number = StringField(
        _("Numéro d’identification national belge"),
        description=_(
            "Onze chiffres : celui du Registre national, ou le numéro bis que l’administration vous a donné."
        ),
        validators=[DataRequired(_("Donnez votre numéro d’identification national.")), IsNationalNumber()],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "class": "field-short"},
    )
    email = EmailField(
        _("Adresse e-mail"),
        validators=[DataRequired(_("Donnez votre adresse e-mail.")), Email(FIELDS["email"]), Length(max=254)],
        render_kw={"autocomplete": "email"},
    )
    telephone = TelField(
        _("Numéro de téléphone"),
        description=_("Avec l’indicatif du pays, par exemple +49 151 23456789."),
        validators=[DataRequired(_("Donnez votre numéro de téléphone.")), Length(max=40)],
        render_kw={"autocomplete": "tel"},
    )


class ConflictDecisionForm(CommandForm):
    """``person_id``: whose number it was about when the page was shown."""

    person_id = HiddenField()
    outcome = RadioField(
        _("Décision"),
        choices=lambda: [
            ("accept", str(_("Lier le numéro à la nouvelle identité : l’autre ne sert plus"))),
            ("refuse", str(_("Laisser le numéro à l’identité actuelle"))),
        ],
        validators=[InputRequired(_("Choisissez une décision."))],
    )
    reason = TextAreaField(
        _("Motivation"),
        description=_("En cas de refus, la personne la reçoit par e-mail."),
        validators=[WordsRequired(_("Motivez la décision.")), Length(max=2000)],
        render_kw={"rows": 4},
    )
