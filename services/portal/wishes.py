"""What somebody came for. It waits in the signed cookie through sign-in, step-up, space creation and choices.

Only paths of our own: a wish must never lead away from the portal.
"""

from __future__ import annotations

import string
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import request, session, url_for

LONGEST = 500
_ON_THE_WAY = ("/suite", "/nouveautes", "/espaces", "/espace-citoyen/", "/connexion")
_ALLOWED = frozenset(string.ascii_letters + string.digits + "/-._~%!$&'()*+,;=:@?")


def local_path(text: str | None) -> str | None:
    """The path, when a browser cannot read it as the address of another site; else None."""
    if not text or not text.startswith("/") or text.startswith("//") or not set(text) <= _ALLOWED:
        return None
    parts = urlsplit(text)
    if parts.scheme or parts.netloc:
        return None
    return text.rstrip("?")


def path_before() -> str | None:
    """Of the page of ours that this request was sent from, where the browser tells."""
    parts = urlsplit(request.referrer or "")
    return local_path(f"{parts.path}?{parts.query}") if parts.netloc == request.host else None


def wish(path: str | None) -> None:
    """Remember the page to come back to; a path that is not ours is no wish, nor are the pages on the way."""
    local = local_path(path)
    # A press on « Remplir » is more than the address of the page that fulfils it.
    if local is not None and len(local) <= LONGEST and not local.startswith(_ON_THE_WAY) and local != find_wish():
        _keep({"path": local})


def wish_to_fill_in(slug: str, command_id: UUID, *, title: str) -> None:
    """Remember a press on « Remplir ». It was a form protected against forgery, so that its fulfilment later may be
    a redirection; the ``command_id`` makes it begin one dossier, however often the page is called."""
    path = url_for("procedures.start_draft", slug=slug)
    _keep({"path": path, "fill_in": slug, "id": str(command_id), "title": title[:200]})


def find_wish() -> str | None:
    """The path of the page that is waited for."""
    kept: dict[str, Any] = session.get("wish") or {}
    return local_path(kept.get("path"))


def find_wish_to_fill_in(slug: str) -> UUID | None:
    """The ``command_id`` of the press on « Remplir », when this procedure is what was wished for."""
    kept: dict[str, Any] = session.get("wish") or {}
    return UUID(kept["id"]) if kept.get("fill_in") == slug else None


def find_procedure_wished() -> dict[str, str] | None:
    """``path`` and ``title`` of the procedure whose form was wished for."""
    kept: dict[str, str] = session.get("wish") or {}
    return kept if "fill_in" in kept else None


def forget_wish() -> None:
    session.pop("wish", None)


def forget_wish_of_others(person: str | None) -> None:
    """``person``: the mark of who signed in, None where it is not known who."""
    if (session.get("wish") or {}).get("of", person) != person:
        forget_wish()


def _keep(wished: dict[str, str]) -> None:
    # Whose it is: after her session has ended, the next to sign in here may be somebody else.
    whose = {"of": session["person"]} if "session_token" in session and "person" in session else {}
    session["wish"] = wished | whose
