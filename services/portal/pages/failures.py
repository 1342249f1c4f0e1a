"""Pages for what did not work: each says what happened and what to do next, and keeps what was typed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, g, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge
from werkzeug.exceptions import NotFound as PageNotFound
from werkzeug.wrappers import Response

from chassis.logs import log
from contracts.dossiers import ProcedureUnknown
from contracts.errors import (
    InternalError,
    InvalidRequest,
    LevelTooLow,
    NotFound,
    PermissionMissing,
    Refusal,
    SessionIsRevoked,
    StatementExpired,
    StatementForeign,
    StatementInvalid,
    StatementMissing,
    TooManyAttempts,
    UnknownMethod,
)
from contracts.identity import SessionUnknown
from services.portal import visitors, wishes
from services.portal.neighbours import AWAY
from services.portal.pages import refusals, words
from services.portal.pages.lost_roles import find_lost_role

Answer = tuple[str, int] | Response

_STATEMENT = (StatementMissing, StatementExpired, StatementInvalid, StatementForeign)
# Names of a form that are made anew when it is sent again.
_NOT_KEPT = {"csrf_token"}


def init_app(app: Flask) -> None:
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(HTTPException, _not_served)
    app.register_error_handler(Exception, _broken)
    app.register_error_handler(InternalServerError, _broken_twice)


def _refused(refusal: Refusal) -> Answer:
    if isinstance(refusal, _STATEMENT) and refusal.details.get("kind") == "service":
        # It is the portal that is not believed: to sign in again would meet the same refusal.
        return _broken(refusal)
    if isinstance(refusal, (SessionUnknown, SessionIsRevoked, *_STATEMENT)):
        return _sign_in_again()
    if isinstance(refusal, LevelTooLow):
        return _step_up(int(refusal.details.get("required", 0)))
    if isinstance(refusal, (*AWAY, UnknownMethod)):
        return _away()
    if isinstance(refusal, InternalError):
        return _broken(refusal)
    if isinstance(refusal, (NotFound, PermissionMissing)) and (lost := find_lost_role(refusal)) is not None:
        return _send_again("failures/role_lost.html", 404 if isinstance(refusal, NotFound) else 403, lost=lost)
    if isinstance(refusal, (NotFound, ProcedureUnknown)):
        return render_template("failures/not_found.html", sentence=refusals.sentence_of(refusal)), 404
    log.info("refused", page=request.endpoint, code=refusal.code)
    return render_template("failures/refused.html", sentence=refusals.sentence_of(refusal)), _status_of(refusal)


def _status_of(refusal: Refusal) -> int:
    if isinstance(refusal, InvalidRequest):
        return 422
    if isinstance(refusal, TooManyAttempts):
        return 429
    return 403 if isinstance(refusal, PermissionMissing) else 409


def _sign_in_again() -> Answer:
    if request.method == "GET":
        # Before she is dismissed: it is hers.
        wishes.wish(request.full_path)
    visitors.dismiss()
    if request.method == "GET":
        return redirect(url_for("sign_in.choose_means"), 303)
    return _send_again("failures/session_ended.html", 401)


def _step_up(required: int) -> Answer:
    if request.method == "GET":
        wishes.wish(request.full_path)
        return redirect(url_for("sign_in.choose_means", niveau=required), 303)
    return _send_again("failures/level_too_low.html", 403, required=required)


def _away() -> Answer:
    return _send_again("failures/unavailable.html", 503, part=words.part(*g.get("part_away", ())))


def _send_again(template: str, status: int, **particulars: Any) -> Answer:
    """A page that holds what was typed, to be sent again with the same ``command_id``. A browser does not let us keep
    files: for those the person goes back and chooses them again."""
    kept = None if request.files else [item for item in request.form.items(multi=True) if item[0] not in _NOT_KEPT]
    back = request.full_path.rstrip("?") if request.method == "GET" else wishes.path_before()
    return render_template(template, kept=kept, back=back, address=request.full_path.rstrip("?"), **particulars), status


def _forged(error: CSRFError) -> Answer:
    log.warning("form_without_token", page=request.endpoint, reason=error.description)
    if _is_from_our_own_page():
        # The cookie went, with the token in it: the browser was closed, or somebody signed out in another tab.
        return _send_again("failures/session_ended.html", 401)
    # Were this page to set a cookie, another site could sign a person out by sending a form from there.
    g.bare = True
    return render_template("failures/form_expired.html", back=wishes.path_before()), 400


def _is_from_our_own_page() -> bool:
    """Browsers say so, and no page of another site can make them lie."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.host


def _too_large(error: RequestEntityTooLarge) -> Answer:
    g.bare = True
    return render_template("failures/too_large.html", back=wishes.path_before()), 413


def _not_served(error: HTTPException) -> Answer:
    if isinstance(error, PageNotFound):
        return render_template("failures/not_found.html", sentence=refusals.SENTENCES["not_found"]), 404
    if error.code is None or error.code < 400:
        return Response(status=error.code) if error.response is None else error.get_response()
    return render_template("failures/refused.html", sentence=refusals.SENTENCES["refused"]), error.code


def _broken(error: Exception) -> Answer:
    incident = error.details.get("incident", g.trace_id) if isinstance(error, InternalError) else g.trace_id
    if not isinstance(error, InternalError):
        log.exception("page_failed", page=request.endpoint)
    return _send_again("failures/broken.html", 500, incident=incident)


def _broken_twice(error: InternalServerError) -> Response:
    """The page that tells of an error failed as well: words alone, which need nothing that may be broken."""
    sentence = f"Une erreur s’est produite chez nous. Numéro d’incident pour le helpdesk : {g.get('trace_id', '–')}"
    return Response(sentence, 500, mimetype="text/plain")
