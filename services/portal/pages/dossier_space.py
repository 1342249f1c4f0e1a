"""A dossier as the visitor may see it; seeing it enters the space it belongs to."""

from __future__ import annotations

from uuid import UUID

from contracts.delegation import EnterpriseAccess
from contracts.dossiers import DossierView
from services.portal.layout import enter_citizen_space, enter_enterprise
from services.portal.neighbours import neighbours, unless_away
from services.portal.pages.enterprises import find_access


def get_dossier(dossier_id: UUID) -> DossierView:
    """Raises NotFound for another's, as for none at all."""
    return neighbours().dossiers().get_dossier(dossier_id=dossier_id)


def enter_space_of(dossier: DossierView) -> EnterpriseAccess | None:
    """The visitor's access to the dossier's enterprise; None for a citizen's own, or where the enterprise is lost."""
    if dossier.bce_number is None:
        enter_citizen_space()
        return None
    access = find_access(dossier.bce_number)
    if access is not None:
        enter_enterprise(access)
    return access


def has_lost_establishment(dossier: DossierView) -> bool:
    """A draft for one that has closed, or is another enterprise's by now, as far as delegation can tell."""
    bce_number, number = dossier.bce_number, dossier.establishment_number
    if dossier.state != "draft" or bce_number is None or number is None:
        return False
    found = unless_away(lambda: neighbours().delegation().list_establishments(bce_number=bce_number, numbers=[number]))
    return found is not None and number not in [each.establishment_number for each in found if each.state == "open"]
