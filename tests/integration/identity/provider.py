"""An OpenID Connect provider that does what a test tells it to, right or wrong.

The stand-in for CSAM is honest; attacks and failures need one that is not.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import secrets
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Flask, Response, jsonify, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import BaseWSGIServer, make_server

from contracts.identity import SignedIn
from deploy.embedded.ports import free_port
from tests.integration.identity.house import House

Claims = dict[str, Any]
CALLBACK = "https://portal.example.org/back"
PERSON: Claims = {
    "sub": "subject",
    "egovNRN": "85073003328",
    "givenName": "Amélie",
    "surname": "Dubois",
    "mail": "amelie@example.org",
    "prefLanguage": "fr",
    "roles": [],
    "assurance_level": 450,
}


@functools.cache
def a_key(name: str, *, kid: str | None = None) -> RSAKey:
    """The key of that name; made once, since it takes a while."""
    return RSAKey.generate_key(2048, {"kid": kid or name, "use": "sig"})


class WickedProvider:
    """``id_token``, ``userinfo``: claims to replace (None leaves one out). ``instead``: {path: its whole answer}."""

    client_id = "us"

    def __init__(self) -> None:
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.key = a_key("first")
        self.published = [self.key]
        self.id_token: Claims = {}
        self.userinfo: Claims = {}
        self.userinfo_as_json = False
        self.discovery: Claims = {}
        self.instead: dict[str, Callable[[], Response]] = {}
        self.asked: list[str] = []
        self.released = threading.Event()
        self._codes: dict[str, tuple[str, str]] = {}
        self._server: BaseWSGIServer | None = None

    def start(self) -> None:
        app = Flask(__name__)
        app.before_request(self._note)
        app.add_url_rule("/.well-known/openid-configuration", view_func=self._discovery)
        app.add_url_rule("/jwks", view_func=self._jwks)
        app.add_url_rule("/token", view_func=self._token, methods=["POST"])
        app.add_url_rule("/userinfo", view_func=self._userinfo)
        self._server = make_server("127.0.0.1", self.port, app, threaded=True)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self.released.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def consent(self, authorization_url: str) -> dict[str, str]:
        """The person agrees: what her browser brings back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(authorization_url).query).items()}
        code = secrets.token_hex(8)
        self._codes[code] = (asked["nonce"], asked["code_challenge"])
        return {"state": asked["state"], "code": code}

    def hang(self) -> Response:
        """Answers only when the test ends."""
        self.released.wait(30)
        return Response("late")

    def sign(self, claims: Claims) -> str:
        told = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, told, self.key)

    def _note(self) -> Response | None:
        self.asked.append(request.path)
        instead = self.instead.get(request.path)
        return instead() if instead else None

    def _discovery(self) -> Response:
        at = self.issuer
        right = {
            "issuer": at,
            "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token",
            "userinfo_endpoint": f"{at}/userinfo",
            "jwks_uri": f"{at}/jwks",
        }
        return jsonify(right | self.discovery)

    def _jwks(self) -> Response:
        return jsonify(keys=[key.as_dict(private=False) for key in self.published])

    def _token(self) -> Response | tuple[Response, int]:
        nonce, challenge = self._codes.get(request.form["code"], ("", ""))
        digest = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        if challenge != base64.urlsafe_b64encode(digest).rstrip(b"=").decode():
            return jsonify(error="invalid_grant"), 400
        at = int(datetime.now(UTC).timestamp())
        right = {"iss": self.issuer, "aud": self.client_id, "sub": "subject", "nonce": nonce, "iat": at, "exp": at + 60}
        token = self.sign(right | {"amr": ["itsme"]} | self.id_token)
        return jsonify(access_token="access", token_type="Bearer", id_token=token)

    def _userinfo(self) -> Response:
        claims = PERSON | {"iss": self.issuer, "aud": self.client_id} | self.userinfo
        if self.userinfo_as_json:
            return jsonify(claims)
        return Response(self.sign(claims), mimetype="application/jwt")


def sign_in(house: House, provider: WickedProvider, **asked: Any) -> SignedIn:
    begun = house.begin(callback_url=CALLBACK, **asked)
    return house.complete(**provider.consent(begun.authorization_url), browser_secret=begun.browser_secret)
