"""``DossierView.may``: the acts open to an asker now, by the very rules that refuse them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from contracts.dossiers import ComplementNotOpen
from contracts.errors import Refusal
from services.dossiers.domain.access import Asker
from services.dossiers.domain.dossier import Dossier


def acts_open_to(asker: Asker, dossier: Dossier, now: datetime) -> list[str]:
    return [name for name, rule in _RULES.items() if _is_allowed(partial(rule, asker, dossier, now))]


def _is_allowed(rule: Callable[[], None]) -> bool:
    try:
        rule()
    except Refusal:
        return False
    return True


def _edit(asker: Asker, dossier: Dossier, now: datetime) -> None:
    asker.require("dossier.draft", dossier)
    dossier.require_draft()


def _submit(asker: Asker, dossier: Dossier, now: datetime) -> None:
    # The portal has no decision at hand while it shows the button; it fetches one for the act itself.
    by = asker.require("dossier.submit", dossier)
    dossier.require_submittable(by=by, late_confirmed=True, now=now)


def _answer_complement(asker: Asker, dossier: Dossier, now: datetime) -> None:
    asker.require("dossier.submit", dossier)
    if not dossier.answerable(now):
        raise ComplementNotOpen()


def _claim(asker: Asker, dossier: Dossier, now: datetime) -> None:
    dossier.require_claimable(asker.require_to_treat(dossier))


def _request_complement(asker: Asker, dossier: Dossier, now: datetime) -> None:
    dossier.require_treated_by(asker.require_to_treat(dossier))


def _decide(asker: Asker, dossier: Dossier, now: datetime) -> None:
    dossier.require_decidable(by=asker.require_to_treat(dossier), now=now)


_RULES: dict[str, Callable[[Asker, Dossier, datetime], None]] = {
    "edit": _edit,
    "validate": _edit,
    "submit": _submit,
    "answer_complement": _answer_complement,
    "claim": _claim,
    "request_complement": _request_complement,
    "decide": _decide,
}
