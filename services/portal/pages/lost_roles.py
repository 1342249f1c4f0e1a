"""A role that the visitor had in the enterprise which a page is about, and cannot use now."""

from __future__ import annotations

from flask import request, session

from contracts.delegation import MandateView
from contracts.errors import PermissionMissing, Refusal
from contracts.identifiers import BceNumber
from services.portal.neighbours import neighbours


def find_lost_role(refusal: Refusal) -> MandateView | None:
    """One that is suspended, else the last that has ended, where that may be why the page is refused. His own roles
    alone decide it: so it tells nothing of what he asked for."""
    bce_number = _enterprise_meant()
    if bce_number is None or "session_token" not in session:
        return None
    try:
        there = neighbours().delegation().list_my_mandates(bce_number=bce_number)
    except Refusal:
        return None
    permission = refusal.details.get("permission") if isinstance(refusal, PermissionMissing) else None
    giving = [each for each in there if permission is None or permission in each.permissions]
    is_active = any(each.state == "active" for each in giving)
    suspended = next((each for each in giving if each.state == "suspended"), None)
    # Another role may be for other procedures than the dossier's.
    if suspended and (permission or not is_active or _is_of_a_dossier()):
        return suspended
    return None if is_active else next(iter(giving), None)


def _enterprise_meant() -> BceNumber | None:
    """Of the address or the form; of a dossier's address, the one whose space was entered last."""
    form = request.form
    named = (request.view_args or {}).get("bce_number") or form.get("of-enterprise") or form.get("applicant")
    if named is None and _is_of_a_dossier():
        named = (session.get("space") or {}).get("bce_number")
    try:
        return BceNumber(named or "")
    except ValueError:
        return None


def _is_of_a_dossier() -> bool:
    return "dossier_id" in (request.view_args or {})
