"""Pages for everybody: welcome, help, explanations, the language and the cookie notice."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from contracts.errors import InvalidRequest
from services.portal import wishes
from services.portal.forms import command_id
from services.portal.languages import NAMES
from services.portal.layout import COOKIE_NOTICE
from services.portal.neighbours import neighbours
from services.portal.pages import words
from services.portal.visitors import find_visitor, header_visitor

pages = Blueprint("public", __name__)

A_YEAR = 365 * 24 * 3600


@pages.get("/")
def welcome() -> str | Response:
    if header_visitor() is not None:
        return redirect(url_for("arrival.arrive"), 303)
    return render_template("public/welcome.html")


@pages.get("/aide")
def show_help() -> str:
    return render_template("public/help.html", eidas_countries=words.EIDAS_COUNTRIES)


@pages.get("/cookies")
def show_cookies() -> str:
    return render_template("public/cookies.html")


@pages.get("/accessibilite")
def show_accessibility() -> str:
    return render_template("public/accessibility.html")


@pages.get("/protection-des-donnees")
def show_privacy() -> str:
    return render_template("public/privacy.html")


@pages.post("/cookies")
def accept_cookies() -> Response:
    answer = redirect(_back(), 303)
    answer.set_cookie(
        COOKIE_NOTICE,
        "1",
        max_age=A_YEAR,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        path="/",
    )
    return answer


@pages.post("/langue")
def choose_language() -> Response:
    language = request.form.get("language", "")
    if language not in NAMES:
        raise InvalidRequest(fields={"language": ["unknown"]})
    if find_visitor() is not None:
        neighbours().identity().choose_language(language=language, command_id=command_id())
    session["language"] = language
    return redirect(_back(), 303)


def _back() -> str:
    return wishes.local_path(request.form.get("back")) or url_for("public.welcome")
