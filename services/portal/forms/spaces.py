"""Forms of the citizen space and of access to enterprises."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateField, EmailField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional, ValidationError

from contracts.identifiers import BceNumber
from services.portal.forms import CommandForm, IsBceNumberOrName, IsNationalNumber
from services.portal.pages import words
from services.portal.pages.refusals import FIELDS


def _roles() -> list[tuple[str, str]]:
    return [(name, f"{label}\u00a0: {meaning}") for name, (label, meaning) in words.ROLES.items()]


class CitizenSpaceForm(CommandForm):
    email = EmailField(
        _("Adresse e-mail privée"),
        description=_("Mon Espace y envoie ses messages. La modifier ici ne change rien dans CSAM."),
        validators=[DataRequired(_("Donnez votre adresse e-mail.")), Email(FIELDS["email"]), Length(max=254)],
        render_kw={"autocomplete": "email"},
    )


class EmailForm(CommandForm):
    email = EmailField(
        _("Adresse e-mail"),
        description=_("Un lien y sera envoyé. L’adresse actuelle reste utilisée jusqu’à ce que vous l’ayez suivi."),
        validators=[DataRequired(_("Donnez votre adresse e-mail.")), Email(FIELDS["email"]), Length(max=254)],
        render_kw={"autocomplete": "email"},
    )


class AccountDeletionForm(CommandForm):
    """``needs_reason``: dossiers are still open."""

    reason = TextAreaField(
        _("Raison de votre demande"),
        description=_("Nécessaire tant que des dossiers sont ouverts : un agent vous contactera."),
        validators=[Length(max=2000, message=_("Ce texte est trop long : 2000 caractères au plus."))],
        render_kw={"rows": 3},
    )

    def __init__(self, *, needs_reason: bool) -> None:
        super().__init__()
        self._needs_reason = needs_reason

    def validate_reason(self, field: Any) -> None:
        if self._needs_reason and not (field.data or "").strip():
            raise ValidationError(FIELDS["reason"])


class RoleRequestForm(CommandForm):
    """``chosen``: a number, of the enterprises that were shown for ``sought``."""

    bce_number = StringField(
        _("Numéro d’entreprise (BCE) ou nom"),
        description=_(
            "Dix chiffres, par exemple 0403.019.261, ou le nom de l’entreprise : vous la choisirez parmi celles qui y "
            "ressemblent."
        ),
        validators=[
            DataRequired(_("Donnez le numéro ou le nom de l’entreprise.")),
            Length(max=100, message=_("Ce texte est trop long : 100 caractères au plus.")),
            IsBceNumberOrName(),
        ],
        render_kw={"autocomplete": "off"},
    )
    sought = HiddenField()
    chosen = HiddenField()
    role = RadioField(_("Rôle demandé"), choices=_roles, validators=[InputRequired(_("Choisissez un rôle."))])
    message = TextAreaField(
        _("Message au gestionnaire d’accès principal (facultatif)"),
        description=_("Par exemple votre fonction dans l’entreprise."),
        validators=[Length(max=1000, message=_("Ce message est trop long : 1000 caractères au plus."))],
        render_kw={"rows": 3},
    )

    @property
    def enterprise(self) -> BceNumber | None:
        """None where only a name was given: enterprises are to be shown."""
        is_chosen = self.chosen.data and self.sought.data == self.bce_number.data
        try:
            return BceNumber.parse(self.chosen.data if is_chosen else self.bce_number.data)
        except ValueError:
            return None


class RefusalForm(CommandForm):
    reason = TextAreaField(
        _("Raison du refus"),
        description=_("La personne la recevra par e-mail."),
        validators=[DataRequired(_("Donnez la raison du refus.")), Length(max=1000)],
        render_kw={"rows": 2},
    )


class RevocationForm(CommandForm):
    """``heirs``: who may take over what the person looks after, as (person_id, words); ``dossier_ids``: what was shown
    of that."""

    dossier_ids = HiddenField()
    to_person_id = SelectField(
        _("Confier ces dossiers à"),
        description=_("La personne choisie en est avertie. Elle les suit désormais."),
        default="",
    )
    reason = TextAreaField(
        _("Raison du retrait"),
        description=_("Elle est gardée avec le rôle retiré. La personne est avertie du retrait, sans la raison."),
        validators=[DataRequired(_("Donnez la raison du retrait.")), Length(max=1000)],
        render_kw={"rows": 2},
    )

    def __init__(self, *, heirs: list[tuple[str, str]]) -> None:
        super().__init__()
        self.to_person_id.choices = [("", str(_("Personne : les laisser tels quels"))), *heirs]


class AcceptanceForm(CommandForm):
    valid_until = DateField(
        _("Valable jusqu’au (facultatif)"),
        description=_("Sans date : un an. Cinq ans au plus."),
        validators=[Optional()],
    )


class InvitationForm(CommandForm):
    by = RadioField(
        _("Inviter par"),
        choices=lambda: [
            ("email", str(_("adresse e-mail"))),
            ("national_number", str(_("numéro de registre national"))),
        ],
        default="email",
        validators=[InputRequired(_("Choisissez comment inviter cette personne."))],
    )
    email = EmailField(
        _("Adresse e-mail"),
        description=_("Pour une invitation par e-mail."),
        validators=[],
        render_kw={"autocomplete": "off"},
    )
    national_number = StringField(
        _("Numéro de registre national"),
        description=_("Pour une invitation par numéro : onze chiffres, au dos de la carte d’identité."),
        validators=[],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    role = SelectField(
        _("Rôle donné"), choices=_roles, default="contributor", validators=[InputRequired(_("Choisissez un rôle."))]
    )
    valid_until = DateField(
        _("Valable jusqu’au (facultatif)"),
        description=_("Sans date : un an. Cinq ans au plus."),
        validators=[Optional()],
    )

    def validate_email(self, field: Any) -> None:
        if self.by.data != "email":
            return
        if not field.data:
            raise ValidationError(_("Donnez l’adresse e-mail de la personne."))
        Email(FIELDS["email"])(self, field)

    def validate_national_number(self, field: Any) -> None:
        if self.by.data == "national_number":
            IsNationalNumber()(self, field)
