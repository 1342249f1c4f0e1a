"""How a mandate was ended or suspended, in a sentence."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext

from contracts.delegation import EnterpriseMandateView, MandateView, Stop
from services.portal.languages import gettext, moment

_ = lazy_gettext

CAUSES: dict[str, Any] = {
    "account_deleted": _("le compte a été supprimé"),
    "designation_withdrawn": _("la désignation dans le registre de CSAM a pris fin"),
    "office_ended": _("le mandat du mandataire a pris fin"),
    "role_in_office_ended": _(
        "le rôle chez le mandataire a pris fin, ou le mandataire est radié de la Banque-Carrefour des Entreprises"
    ),
    "unconfirmed": _("personne n’a confirmé qu’il est encore nécessaire"),
    "office_rests": _("le mandat du mandataire est suspendu"),
    "role_in_office_rests": _("le rôle chez le mandataire est suspendu"),
}
DOERS: dict[str, Any] = {
    "asker": _("par vous"),
    "holder": _("par la personne elle-même"),
    "enterprise": _("par un gestionnaire d’accès"),
    "office": _("par le mandataire"),
    "registry": _("par l’administration"),
    "nobody": _("automatiquement"),
}
# As those of the office are told.
DOERS_TO_OFFICE: dict[str, Any] = {
    "enterprise": _("par le mandant"),
    "office": _("par un gestionnaire d’accès"),
}


def stopped(mandate: MandateView | EnterpriseMandateView, *, to_office: bool = False) -> str:
    """Empty where it was not, or where nobody tells how."""
    stop = mandate.stop
    if stop is None:
        return ""
    facts = {"moment": moment(stop.at), "who": _doer(stop, to_office=to_office)}
    if mandate.state == "suspended":
        done = gettext("Suspendu %(who)s le %(moment)s", **facts)
    else:
        done = gettext("Retiré %(who)s le %(moment)s", **facts)
    if stop.cause is not None:
        return gettext("%(done)s : %(cause)s.", done=done, cause=CAUSES[stop.cause])
    return gettext("%(done)s. Raison : « %(reason)s »", done=done, reason=stop.reason) if stop.reason else f"{done}."


def _doer(stop: Stop, *, to_office: bool) -> str:
    if stop.by_name is not None:
        return gettext("par %(name)s", name=stop.by_name)
    return str((DOERS | DOERS_TO_OFFICE if to_office else DOERS)[stop.by])
