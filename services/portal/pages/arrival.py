"""After sign-in: the news, what the person came for, or the choice of a space."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal import wishes
from services.portal.forms import command_id
from services.portal.neighbours import neighbours
from services.portal.visitors import NEWS, find_notice, has_seen, signed_in, visitor

pages = Blueprint("arrival", __name__)


@pages.get("/suite")
@signed_in
def arrive() -> Response:
    """The next page on somebody's way; each page on it leads back here."""
    if find_notice(NEWS, visitor()) is not None:
        return redirect(url_for("arrival.show_news"), 303)
    wished = wishes.find_wish()
    if wished is None:
        return redirect(url_for("arrival.choose_space"), 303)
    if wishes.find_procedure_wished() is None:
        wishes.forget_wish()
    return redirect(wished, 303)


@pages.get("/nouveautes")
@signed_in
def show_news() -> str:
    return render_template("arrival/news.html", notice=find_notice(NEWS, visitor()))


@pages.post("/nouveautes")
@signed_in
def acknowledge_notice() -> Response:
    return put_away_notice()


@pages.get("/espaces")
@signed_in
def choose_space() -> str:
    return render_template("arrival/spaces.html")


def put_away_notice() -> Response:
    """Seen for now, or never to be shown again; then on the way."""
    # The version that was on the page: a newer one may have come since.
    notice = request.form.get("notice", "")
    if notice and "never_again" in request.form:
        neighbours().identity().acknowledge_notice(notice=notice, command_id=command_id())
    has_seen(notice)
    return redirect(url_for("arrival.arrive"), 303)
