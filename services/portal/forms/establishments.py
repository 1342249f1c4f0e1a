"""Establishments of an enterprise, to choose from."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import SelectField

from contracts.delegation import EstablishmentView
from services.portal.forms import CommandForm

WHOLE = _("Toute l’entreprise")


class EstablishmentForm(CommandForm):
    """``parts`` of an enterprise: (number, words); the number of the whole of it is empty."""

    establishment_number = SelectField(
        _("Établissement"),
        description=_(
            "Le dossier d’un établissement est ouvert aux personnes dont le rôle vaut pour cet établissement ou pour "
            "toute l’entreprise. Ce choix ne se change plus ensuite."
        ),
    )

    def __init__(self, *, parts: list[tuple[str, str]]) -> None:
        super().__init__()
        self.establishment_number.choices = parts


def place(establishment: EstablishmentView) -> str:
    address = establishment.address
    where = (
        " ".join(filter(None, [address.street_fr, address.house_number, address.municipality_fr])) if address else ""
    )
    return " – ".join(filter(None, [establishment.name, where, establishment.establishment_number.dotted]))
