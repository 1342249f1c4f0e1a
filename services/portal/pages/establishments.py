"""For which part of an enterprise a procedure is begun: for the whole of it, or for one of its establishments."""

from __future__ import annotations

from contracts.delegation import EnterpriseAccess
from services.portal.forms.establishments import WHOLE, place
from services.portal.neighbours import neighbours


def parts_open_to(access: EnterpriseAccess, category: str) -> list[tuple[str, str]]:
    """Those for which a mandate of the visitor's lets her begin it, as (number, words)."""
    there = neighbours().delegation().list_establishments(bce_number=access.bce_number)
    establishments = [each for each in there if each.state == "open"]
    if not establishments:
        return [("", str(WHOLE))]
    allowed = {
        mandate.establishment_number
        for mandate in access.mandates
        if "dossier.draft" in mandate.permissions
        and (not mandate.procedure_categories or category in mandate.procedure_categories)
    }
    is_whole = None in allowed
    return ([("", str(WHOLE))] if is_whole else []) + [
        (each.establishment_number, place(each))
        for each in establishments
        if is_whole or each.establishment_number in allowed
    ]
