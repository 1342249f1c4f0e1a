"""What stands around every page: whose space it is, the menus, the helpdesk, the notices."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, TypedDict
from uuid import uuid4

from flask import Flask, current_app, g, request, session, url_for

from contracts.delegation import EnterpriseAccess
from contracts.dossiers import MOST_REASSIGNED
from services.portal import wishes
from services.portal.pages import act_words, stop_words, words
from services.portal.visitors import header_visitor

HELPDESK_TELEPHONE = "078 79 01 02"
HELPDESK_EMAIL = "aideenligne@wallonie.be"
WALLONIA = "https://www.wallonie.be"
CSAM_KEYS = "https://www.csam.be/fr/gerer-cles-numeriques.html"
CSAM_ACCESS_MANAGERS = "https://www.csam.be/fr/gestion-gestionnaires-acces.html"

COOKIE_NOTICE = "bandeau-cookies"


class Space(TypedDict, total=False):
    """The space last entered. It only decides which menu is shown: what may be done is decided by the services."""

    kind: Literal["citizen", "professional", "agent"]
    bce_number: str
    name: str
    manages: bool


def init_app(app: Flask) -> None:
    app.context_processor(_surroundings)
    app.jinja_env.globals.update(
        words=words,
        act_words=act_words,
        stopped=stop_words.stopped,
        new_command_id=lambda: str(uuid4()),
        asset=_asset,
        bootstrap_css=_bootstrap_css(),
        most_reassigned=MOST_REASSIGNED,
    )
    # Pieces that every page uses, without each having to import them.
    pieces = {"icon": ("parts/icons.html", "icon"), "f": ("parts/forms.html", None)}
    for name, (template, macro) in pieces.items():
        module = app.jinja_env.get_template(template).module
        app.jinja_env.globals[name] = getattr(module, macro) if macro else module


def enter_citizen_space() -> None:
    _enter({"kind": "citizen"})


def enter_enterprise(access: EnterpriseAccess) -> None:
    _enter(
        {
            "kind": "professional",
            "bce_number": str(access.bce_number),
            "name": access.name[:100],
            "manages": "mandate.manage" in access.permissions,
        }
    )


def leave_enterprises_but(accesses: Iterable[EnterpriseAccess]) -> None:
    """For the citizen space, where the one last entered is none of these any more."""
    entered = (session.get("space") or {}).get("bce_number")
    if entered is not None and entered not in [access.bce_number for access in accesses]:
        enter_citizen_space()


def enter_agents_console() -> None:
    _enter({"kind": "agent"})


def _enter(space: Space) -> None:
    # Writing the cookie again on every page would let a slow tab undo what a quick one did.
    if session.get("space") != space:
        session["space"] = space


def _surroundings() -> dict[str, Any]:
    # A page that answers a forged form must not touch the cookie of the person in front of it.
    bare = "bare" in g
    present = None if bare else header_visitor()
    return {
        "bare": bare,
        "visitor": present,
        # identity is away, or nobody asked it: who is here may well be signed in.
        "visitor_unknown": present is None and "session_token" in session,
        "space": session.get("space") if present else None,
        "here": _here(),
        "procedure_wished": wishes.find_procedure_wished() if present else None,
        "cookie_notice": not bare and COOKIE_NOTICE not in request.cookies,
        "helpdesk_telephone": HELPDESK_TELEPHONE,
        "helpdesk_email": HELPDESK_EMAIL,
        "wallonia": WALLONIA,
        "csam_keys": CSAM_KEYS,
        "csam_access_managers": CSAM_ACCESS_MANAGERS,
    }


def _here() -> str:
    """Where the language menu and the cookie notice lead back to: this page, or the one whose form it answers."""
    is_shown = request.method == "GET"
    if not is_shown:
        adapter = current_app.create_url_adapter(request)
        is_shown = adapter is not None and adapter.test(method="GET")
    return request.full_path if is_shown else wishes.path_before() or ""


@functools.cache
def _asset(name: str) -> str:
    """The address of a file of ours; with the digest of its content, so that browsers may keep it for a year."""
    content = (Path(__file__).parent / "static" / name).read_bytes()
    return url_for("static", filename=name, v=hashlib.sha256(content).hexdigest()[:10])


def _bootstrap_css() -> Callable[[], str]:
    packaged = version("Bootstrap-Flask")
    return lambda: url_for("bootstrap.static", filename="css/bootstrap.min.css", v=packaged)
