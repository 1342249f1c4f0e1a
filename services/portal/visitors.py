"""Who is behind the browser. identity knows; the browser's cookie only holds the session's secret, signed by us."""

from __future__ import annotations

import functools
import hmac
from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from flask import current_app, g, redirect, request, session, url_for

from contracts.errors import LevelTooLow, NotFound, Refusal, SessionIsRevoked
from contracts.identity import Presence, SessionUnknown
from services.portal import wishes
from services.portal.neighbours import neighbours

View = Callable[..., Any]

NEWS = "news"
DATA_PROTECTION = "data_protection"


def visitor() -> Presence:
    """Who is signed in. Raises SessionUnknown or SessionIsRevoked where nobody is (any more)."""
    return neighbours().presence()


def find_visitor() -> Presence | None:
    if "session_token" not in session:
        return None
    try:
        return visitor()
    except (SessionUnknown, SessionIsRevoked):
        dismiss()
        return None


def header_visitor() -> Presence | None:
    """As ``find_visitor``, for what stands around a page: when identity is away, the page itself says so."""
    if "header_visitor" not in g:
        try:
            g.header_visitor = neighbours().presence_so_far if "part_away" in g else find_visitor()
        except Refusal:
            g.header_visitor = None
    return cast("Presence | None", g.header_visitor)


def admit(session_token: str) -> None:
    """This browser is now that of a signed-in person. What belonged to the session before goes; the wish stays unless
    it was another's, and when it is the same person, her open forms stay good."""
    before = dict(session)
    session.clear()
    session.update({name: before[name] for name in ("wish", "language") if name in before}, session_token=session_token)
    g.pop("neighbours", None)
    try:
        session["person"] = _mark_of(visitor().person_id)
    except Refusal:
        # Not known who it is: then no form that is still open and no wish of anybody's is taken for this person's.
        wishes.forget_wish_of_others(None)
        return
    wishes.forget_wish_of_others(session["person"])
    # A form opened while nobody was signed in is nobody's.
    was = before.get("person", None if "session_token" in before else session["person"])
    if was == session["person"] and "csrf_token" in before:
        session["csrf_token"] = before["csrf_token"]


def dismiss() -> None:
    """Nobody is signed in here any more. A form still open in the browser may be sent again once the same person has
    signed in again: so it is remembered whose forms they are."""
    kept = {name: session[name] for name in ("csrf_token", "person", "wish", "language") if name in session}
    session.clear()
    session.update(kept)
    g.pop("neighbours", None)


def require_level(required: int) -> None:
    """Before a form is filled in that would be refused at a lower one."""
    held = visitor().level
    if held < required:
        raise LevelTooLow(required=required, held=held)


def signed_in(view: View) -> View:
    """A page for who is signed in; others sign in first and come back to it."""

    @functools.wraps(view)
    def page(*args: Any, **kwargs: Any) -> Any:
        visitor()
        return view(*args, **kwargs)

    return page


def with_open_space(view: View) -> View:
    """A page whose outcome is told by e-mail: so an address must be confirmed first. The wish to see it is kept."""

    @functools.wraps(view)
    def page(*args: Any, **kwargs: Any) -> Any:
        missing = missing_for_space(visitor())
        if missing is None:
            return view(*args, **kwargs)
        # On the way to a form that was wished for, the pages between are no wishes of their own.
        if request.method == "GET" and wishes.find_procedure_wished() is None:
            wishes.wish(request.full_path)
        return redirect(missing, 303)

    return page


def for_agents(view: View) -> View:
    """To anybody else the page does not exist."""

    @functools.wraps(view)
    def page(*args: Any, **kwargs: Any) -> Any:
        if "agent" not in visitor().roles:
            raise NotFound()
        return view(*args, **kwargs)

    return page


def missing_for_space(present: Presence) -> str | None:
    """The page on which the citizen space is brought one step nearer, or None when it is open and explained."""
    if present.citizen_space == "absent":
        return url_for("citizen.create_citizen_space")
    if present.citizen_space == "awaiting":
        return url_for("citizen.await_confirmation")
    if find_notice(DATA_PROTECTION, present):
        return url_for("citizen.show_data_protection")
    return None


def find_notice(name: str, present: Presence) -> str | None:
    """The notice in its present version (``news:1``), when it must still be shown: what was not put away for good is
    shown once after each sign-in."""
    seen = session.get("seen", [])
    return next((notice for notice in present.notices_to_show if notice.startswith(name) and notice not in seen), None)


def has_seen(notice: str) -> None:
    session["seen"] = [*session.get("seen", []), notice]


def _mark_of(person_id: UUID) -> str:
    """Tells one person from another, and nothing else to who reads the cookie."""
    key = str(current_app.secret_key).encode()
    return hmac.digest(key, person_id.bytes, "sha256").hex()[:32]
