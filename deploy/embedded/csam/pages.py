"""The provider over HTTP: discovery, the pages to choose a means and a person, tokens, userinfo, end of session."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from flask import Blueprint, Flask, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from contracts.identity import MeansName
from deploy.embedded.cast import Cast, Person
from deploy.embedded.csam.provider import CLAIMS, Provider
from deploy.embedded.csam.records import LEVEL_URN, SCOPES, SignIn
from deploy.embedded.csam.signing import ALGORITHM

MEANS_IN_FRENCH: dict[MeansName, str] = {
    "eid": "Carte d'identité électronique (eID)",
    "itsme": "itsme",
    "app": "Application mobile",
    "sms": "Code de sécurité par SMS",
    "email": "Code de sécurité par e-mail",
    "eidas": "Identification européenne (eIDAS)",
}
LEVELS = (500, 450, 400, 350, 200, 100)


def build_app(provider: Provider, cast: Cast) -> Flask:
    app = Flask(__name__, template_folder="templates")
    server = provider.build(app)
    pages = _Pages(provider, server, cast)
    routes = Blueprint("csam", __name__)
    routes.add_url_rule("/", view_func=pages.home)
    routes.add_url_rule("/.well-known/openid-configuration", view_func=pages.discovery)
    routes.add_url_rule("/jwks", view_func=pages.jwks)
    routes.add_url_rule("/authorize", view_func=pages.choose, methods=["GET"])
    routes.add_url_rule("/authorize", view_func=pages.chosen, methods=["POST"])
    routes.add_url_rule("/token", view_func=pages.token, methods=["POST"])
    routes.add_url_rule("/userinfo", view_func=pages.userinfo, methods=["GET", "POST"])
    routes.add_url_rule("/end-session", view_func=pages.end_session, methods=["GET", "POST"])
    routes.add_url_rule("/rotate-keys", view_func=pages.rotate_keys, methods=["POST"])
    app.register_blueprint(routes)
    app.register_error_handler(OAuth2Error, pages.refused)
    return app


class _Pages:
    def __init__(self, provider: Provider, server: AuthorizationServer, cast: Cast) -> None:
        self._provider = provider
        self._server = server
        self._cast = cast

    def home(self) -> str:
        return render_template("home.html", people=self._cast.people.values(), means=MEANS_IN_FRENCH)

    def discovery(self) -> Response:
        at = self._provider.issuer
        return jsonify(
            issuer=at,
            authorization_endpoint=f"{at}/authorize",
            token_endpoint=f"{at}/token",
            userinfo_endpoint=f"{at}/userinfo",
            jwks_uri=f"{at}/jwks",
            end_session_endpoint=f"{at}/end-session",
            scopes_supported=list(SCOPES),
            claims_supported=list(CLAIMS),
            response_types_supported=["code"],
            response_modes_supported=["query"],
            grant_types_supported=["authorization_code"],
            subject_types_supported=["pairwise"],
            acr_values_supported=[f"{LEVEL_URN}{level}" for level in LEVELS],
            id_token_signing_alg_values_supported=[ALGORITHM],
            userinfo_signing_alg_values_supported=[ALGORITHM],
            token_endpoint_auth_methods_supported=["client_secret_basic", "client_secret_post"],
            code_challenge_methods_supported=["S256"],
            ui_locales_supported=["fr"],
            claims_parameter_supported=False,
            request_parameter_supported=False,
            request_uri_parameter_supported=False,
        )

    def jwks(self) -> Response:
        return jsonify(self._provider.keys.published)

    def choose(self) -> str | AnyResponse:
        """Without a usable ``login_hint`` the means are offered, with one the people."""
        self._server.get_consent_grant()
        least = _asked_level()
        means = self._usable(request.args.get("login_hint"), least)
        if means is None:
            offered = [
                (name, MEANS_IN_FRENCH[name], level, level >= least, self._address(login_hint=name))
                for name, level in self._cast.means.items()
            ]
            return render_template("means.html", offered=offered, least=least)
        return render_template(
            "people.html",
            people=self._cast.people.values(),
            means=means,
            means_in_french=MEANS_IN_FRENCH[means],
            other_means=self._address(login_hint=None),
        )

    def chosen(self) -> AnyResponse:
        """The browser goes back with a code, or with ``access_denied``."""
        grant = self._server.get_consent_grant()
        if "cancel" in request.form:
            return self._answer(None, grant)
        means = self._usable(request.form.get("means"), _asked_level())
        person = self._cast.people.get(request.form.get("person", ""))
        if means is None or person is None or means not in person.means:
            return redirect(self._address(login_hint=None))
        return self._answer(self._sign_in(person, means), grant)

    def token(self) -> AnyResponse:
        answer: AnyResponse = self._server.create_token_response()
        return answer

    def userinfo(self) -> AnyResponse:
        answer: AnyResponse = self._server.create_endpoint_response("userinfo")
        return answer

    def end_session(self) -> str | AnyResponse:
        answer: AnyResponse | None = self._server.create_endpoint_response("end_session")
        return answer or render_template("ended.html")

    def rotate_keys(self) -> Response:
        """Not part of OpenID Connect: lets a test or a curious person change the signing key."""
        self._provider.keys.rotate(forget="forget" in request.form)
        return jsonify(self._provider.keys.published)

    def refused(self, error: OAuth2Error) -> AnyResponse:
        """Back to the portal when the request says where that is; else a page, since anybody may have sent her here."""
        if error.redirect_uri:
            error.state = request.values.get("state")
            answer: AnyResponse = self._server.handle_error_response(None, error)
            return answer
        page = render_template("refused.html", error=error.error, description=error.get_error_description())
        return Response(page, 400)

    def _answer(self, sign_in: SignIn | None, grant: Any) -> AnyResponse:
        answer: AnyResponse = self._server.create_authorization_response(grant_user=sign_in, grant=grant)
        return answer

    def _sign_in(self, person: Person, means: MeansName) -> SignIn:
        return SignIn(person, means, self._cast.means[means], self._provider.now)

    def _usable(self, name: str | None, least: int) -> MeansName | None:
        return next((means for means, level in self._cast.means.items() if means == name and level >= least), None)

    def _address(self, *, login_hint: str | None) -> str:
        asked = {name: value for name, value in request.args.items() if name != "login_hint"}
        return url_for("csam.choose") + "?" + urlencode(asked | ({"login_hint": login_hint} if login_hint else {}))


def _asked_level() -> int:
    """The lowest level that is asked; only a name that FAS does not know counts as the highest."""
    asked = request.args.get("acr_values", "").split()
    levels = [int(urn.removeprefix(LEVEL_URN)) for urn in asked if urn in {f"{LEVEL_URN}{level}" for level in LEVELS}]
    return min(levels, default=LEVELS[-1] if not asked else LEVELS[0])
