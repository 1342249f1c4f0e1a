"""The person's own: profile, partner portals."""

from __future__ import annotations

from flask import Blueprint, render_template

from services.portal.neighbours import neighbours
from services.portal.visitors import signed_in

pages = Blueprint("account", __name__)


@pages.get("/profil")
@signed_in
def get_profile() -> str:
    return render_template("account/profile.html", profile=neighbours().identity().get_profile())


@pages.get("/guichets-partenaires")
@signed_in
def list_partners() -> str:
    return render_template("account/partners.html")
