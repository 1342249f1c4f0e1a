"""Forms of the access manager."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext, lazy_gettext
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Email, InputRequired, Length, Optional, ValidationError

from contracts.delegation import EstablishmentView
from services.portal.forms import CommandForm, IsNationalNumber, WordsRequired
from services.portal.forms.establishments import WHOLE, place
from services.portal.forms.spaces import roles
from services.portal.pages import words
from services.portal.pages.refusals import FIELD_WRONG, FIELDS

_ = lazy_gettext


class ScopedForm(CommandForm):
    """What of the enterprise's affairs a role is given for; what there is to choose from is offered first."""

    establishment_number = SelectField(
        _("Établissement"),
        description=_("Un rôle limité à un établissement donne accès aux dossiers de cet établissement seulement."),
        choices=[],
        validators=[Optional()],
    )
    procedure_categories = SelectMultipleField(
        _("Démarches (facultatif)"),
        description=_("Sans choix, le rôle vaut pour toutes les démarches."),
        choices=[],
        validators=[Optional()],
    )

    def offer(self, establishments: Sequence[EstablishmentView], categories: Sequence[str]) -> None:
        self.establishment_number.choices = [("", WHOLE)] + [
            (each.establishment_number, place(each)) for each in establishments
        ]
        self.procedure_categories.choices = [(name, words.category(name)) for name in categories]


class RefusalForm(CommandForm):
    reason = TextAreaField(
        _("Raison du refus"),
        description=_("La personne la recevra par e-mail."),
        validators=[WordsRequired(_("Donnez la raison du refus.")), Length(max=1000)],
        render_kw={"rows": 2},
    )


class ReassignmentForm(CommandForm):
    """``heirs``: who may take over what the person looks after, as (person_id, words); ``dossier_ids``: what was shown
    of that."""

    dossier_ids = HiddenField()
    to_person_id = SelectField(
        _("Confier ces dossiers à"),
        description=_("La personne choisie en est avertie. Elle les suit désormais."),
        default="",
    )

    def __init__(self, *, heirs: list[tuple[str, str]]) -> None:
        super().__init__()
        self.to_person_id.choices = heirs

    def validate_dossier_ids(self, field: Any) -> None:
        try:
            self.shown = [UUID(dossier_id) for dossier_id in (field.data or "").split()]
        except ValueError as error:
            raise ValidationError(FIELD_WRONG) from error


class WithdrawalForm(CommandForm):
    reason = TextAreaField(
        _("Raison du retrait"),
        description=_(
            "Elle est gardée avec le rôle retiré, pour les gestionnaires d’accès de votre entreprise. La personne est "
            "avertie du retrait, sans la raison."
        ),
        validators=[WordsRequired(_("Donnez la raison du retrait.")), Length(max=1000)],
        render_kw={"rows": 2},
    )


class RenunciationForm(CommandForm):
    reason = TextAreaField(
        _("Raison"),
        description=_("Elle est gardée avec le rôle, pour les gestionnaires d’accès de l’entreprise."),
        validators=[WordsRequired(_("Dites pourquoi vous renoncez à ce rôle.")), Length(max=1000)],
        render_kw={"rows": 2},
    )


class RevocationForm(ReassignmentForm, WithdrawalForm):
    cascade = BooleanField(
        _("Retirer aussi tous les rôles que cette personne a accordés"),
        description=_(
            "Les dossiers des autres personnes qui perdent ainsi leur rôle ne sont pas dans la liste ci-dessus : ils "
            "se confient ensuite, depuis la page de chacun de ces rôles."
        ),
    )

    def __init__(self, *, heirs: list[tuple[str, str]]) -> None:
        super().__init__(heirs=[("", gettext("Personne : les laisser tels quels")), *heirs])


class AcceptanceForm(ScopedForm):
    valid_until = DateField(
        _("Valable jusqu’au (facultatif)"),
        description=_("Sans date : un an. Cinq ans au plus."),
        validators=[Optional()],
    )


class InvitationForm(ScopedForm):
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
        _("Rôle donné"), choices=roles, default="contributor", validators=[InputRequired(_("Choisissez un rôle."))]
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


class RenewalForm(CommandForm):
    valid_until = DateField(
        _("Nouvelle date de fin (facultatif)"),
        description=_(
            "Sans date : un an à partir d’aujourd’hui, ou comme maintenant si c’est plus loin. Cinq ans au plus. Une "
            "date plus proche que l’actuelle raccourcit."
        ),
        validators=[Optional()],
    )


class SuspensionForm(CommandForm):
    reason = TextAreaField(
        _("Raison de la suspension"),
        description=_(
            "Elle est gardée avec le rôle, pour les gestionnaires d’accès de votre entreprise. La personne est avertie "
            "de la suspension, sans la raison."
        ),
        validators=[WordsRequired(_("Donnez la raison de la suspension.")), Length(max=1000)],
        render_kw={"rows": 2},
    )
