"""For which part of an enterprise a procedure is begun: for the whole of it, or for one of its establishments."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.delegation import EnterpriseAccess, MandateView
from services.portal.forms.establishments import WHOLE, place
from services.portal.neighbours import neighbours


def parts_open_to(access: EnterpriseAccess, category: str) -> list[tuple[str, str]]:
    """Those for which a mandate of the visitor's lets her begin it, as (number, words)."""
    allowed = {mandate.establishment_number for mandate in mandates_to_begin(access.mandates, category)}
    is_whole = None in allowed
    # Delegation lists 500 at most: theirs may be another.
    numbers = None if is_whole else [number for number in allowed if number is not None]
    establishments = neighbours().delegation().list_establishments(bce_number=access.bce_number, numbers=numbers)
    return ([("", str(WHOLE))] if is_whole else []) + [
        (each.establishment_number, place(each))
        for each in establishments
        if each.state == "open" and (is_whole or each.establishment_number in allowed)
    ]


def mandates_to_begin(mandates: Iterable[MandateView], category: str) -> list[MandateView]:
    """Those that let their holder begin a procedure of the category, for some part of the enterprise."""
    return [
        mandate
        for mandate in mandates
        if "dossier.draft" in mandate.permissions
        and mandate.establishment_lost is None
        and (not mandate.procedure_categories or category in mandate.procedure_categories)
    ]
