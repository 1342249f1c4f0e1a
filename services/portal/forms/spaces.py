"""Forms of the citizen space, and of asking for a role."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import EmailField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, InputRequired, Length, ValidationError

from contracts.identifiers import BceNumber
from contracts.texts import can_be_seen
from services.portal.forms import CommandForm, IsBceNumberOrName
from services.portal.pages import words
from services.portal.pages.refusals import FIELDS


def roles() -> list[tuple[str, str]]:
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
        if self._needs_reason and not can_be_seen(field.data or ""):
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
    role = RadioField(_("Rôle demandé"), choices=roles, validators=[InputRequired(_("Choisissez un rôle."))])
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
