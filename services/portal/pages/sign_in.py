"""Sign-in: choice of means, the way to CSAM and back, sign-out."""

from __future__ import annotations

from contextlib import suppress
from uuid import uuid4

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from chassis.logs import log
from contracts.errors import LevelTooLow, Refusal
from contracts.identity import MeansUnavailable, ProviderRefused, SessionUnknown, SignInUnknown
from services.portal import visitors, wishes
from services.portal.forms import command_id
from services.portal.neighbours import AWAY, neighbours, unless_away
from services.portal.pages import refusals, words

pages = Blueprint("sign_in", __name__)

# Sign-ins begun in this browser and not ended: more than one when two tabs are open, or one was given up.
SIGN_INS_KEPT = 3
HIGHEST_LEVEL = 500
LONGEST_BROWSER = 400


@pages.get("/connexion")
def choose_means() -> str:
    return _means_page(_level_asked())


@pages.get("/connexion/avec/<means>")
def begin_sign_in(means: str) -> Response | tuple[str, int]:
    """A link and not a form, so that ``form-action`` in our policy need not name CSAM. It changes nothing that matters:
    a sign-in that was begun is only a secret in this browser."""
    level = _level_asked()
    if means not in words.MEANS:
        return redirect(url_for("sign_in.choose_means"), 303)
    try:
        begun = (
            neighbours()
            .sign_in()
            .begin_sign_in(
                return_to=url_for("arrival.arrive"),
                callback_url=current_app.extensions["portal"]["settings"].portal_url
                + url_for("sign_in.complete_sign_in"),
                means=means,
                minimum_level=level,
                address=request.remote_addr or "",
                command_id=uuid4(),
            )
        )
    except MeansUnavailable as refusal:
        return _means_page(level, refusals.sentence_of(refusal)), 503
    secrets = [*session.get("sign_ins", []), [begun.state, begun.browser_secret]]
    session["sign_ins"] = secrets[-SIGN_INS_KEPT:]
    return redirect(begun.authorization_url, 303)


@pages.get("/connexion/retour")
def complete_sign_in() -> Response | tuple[str, int]:
    state, code = request.args.get("state", ""), request.args.get("code", "")
    secrets = dict(session.get("sign_ins", []))
    # First: a page of another site could else tell a person, in our name, that CSAM refused her.
    if state not in secrets:
        return failed("too_old", 400)
    if "error" in request.args:
        given_up = request.args["error"] == "access_denied"
        return failed("refused" if given_up else "provider", 403 if given_up else 502)
    if not code:
        return failed("too_old", 400)
    try:
        signed_in = (
            neighbours()
            .sign_in()
            .complete_sign_in(
                state=state,
                code=code,
                browser_secret=secrets[state],
                browser=request.user_agent.string[:LONGEST_BROWSER],
                address=request.remote_addr or "",
                command_id=uuid4(),
            )
        )
    except SignInUnknown:
        return failed("too_old", 400)
    except ProviderRefused:
        return failed("provider", 502)
    except LevelTooLow as refusal:
        sentence = _("CSAM vous a identifié avec un moyen moins sûr que celui qui est demandé. Choisissez-en un autre.")
        return _means_page(int(refusal.details.get("required", 0)), sentence), 403
    except AWAY:
        return failed("away", 503)
    if signed_in.session_token is None:
        session["linking_token"] = signed_in.linking_token
        return redirect(url_for("european.ask_number"), 303)
    take_place(signed_in.session_token)
    return redirect(wishes.local_path(signed_in.return_to) or url_for("arrival.arrive"), 303)


@pages.post("/deconnexion")
def sign_out() -> Response:
    session_token = session.get("session_token")
    if session_token is not None:
        with suppress(SessionUnknown):
            neighbours().sign_in().sign_out(session_token=session_token, command_id=command_id())
    session.clear()
    return redirect(url_for("sign_in.show_signed_out"), 303)


@pages.get("/au-revoir")
def show_signed_out() -> str:
    """With the way to CSAM's own sign-out: who leaves a shared computer must leave there too."""
    back = current_app.extensions["portal"]["settings"].portal_url + url_for("public.welcome")
    at_provider = unless_away(lambda: neighbours().sign_in().get_provider_sign_out(return_url=back))
    return render_template("sign_in/signed_out.html", at_provider=at_provider)


def _means_page(level: int, sentence: str | None = None) -> str:
    return render_template(
        "sign_in/means.html",
        means=neighbours().sign_in().list_means(),
        level=level,
        sentence=sentence,
        steps_up=visitors.find_visitor() is not None and level > 0,
        eidas_countries=words.EIDAS_COUNTRIES,
    )


def failed(why: str, status: int) -> tuple[str, int]:
    return render_template("sign_in/failed.html", why=why), status


def _level_asked() -> int:
    return min(max(request.args.get("niveau", 0, type=int), 0), HIGHEST_LEVEL)


def take_place(session_token: str) -> None:
    """Of whatever session this browser had before."""
    before = session.get("session_token")
    visitors.admit(session_token)
    if before in {None, session_token}:
        return
    # After a step-up the weaker session has no further use; when it cannot be ended now, it ends by itself.
    try:
        neighbours().sign_in().sign_out(session_token=before, command_id=uuid4())
    except Refusal as refusal:
        log.info("session_before_not_ended", code=refusal.code)
