"""A provider that was taken over, or that somebody stands in front of, gets nobody a session nor us into an error."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Response, jsonify
from joserfc.jwk import ECKey

from contracts.identity import ProviderRefused
from services.identity.storage import tables
from services.identity.tokens import nonce
from tests.integration.identity.house import House
from tests.integration.identity.provider import PERSON, Claims, WickedProvider, a_key, sign_in
from tests.support.counting import counts
from tests.support.forging import Sign, by_curve, by_nobody, by_rsa, by_secret, compact, encoded

RIGHT = a_key("first")
FORGED = a_key("forged", kid="first")
OF_ANOTHER_ISSUER = a_key("of another issuer")
CURVE = ECKey.generate_key("P-256", {"kid": "first"})
HEADER = {"alg": "RS256", "kid": "first"}
EVIL = "https://evil.example.org"

Forge = Callable[[Claims], str]


def forged(sign: Sign, **header: Any) -> Forge:
    return lambda claims: compact(HEADER | header, claims, sign)


def as_(text: Callable[[Claims], str | bytes]) -> Forge:
    """Rightly signed."""
    return lambda claims: compact(HEADER, text(claims), by_rsa(RIGHT))


def encrypted(claims: Claims) -> str:
    return ".".join([encoded({"alg": "dir", "enc": "A256GCM"}), "", *(encoded(b"x" * 16) for _ in range(3))])


def nested(claims: Claims) -> str:
    inside = compact(HEADER, claims, by_rsa(RIGHT))
    return compact(HEADER | {"cty": "JWT"}, inside, by_rsa(RIGHT))


def told_twice(claims: Claims) -> str:
    return json.dumps(claims)[:-1] + ', "sub": "another", "iss": "https://evil.example.org"}'


FORGERIES: dict[str, Forge] = {
    "none": forged(by_nobody, alg="none"),
    "none, signed": forged(by_rsa(RIGHT), alg="none"),
    "no algorithm": forged(by_rsa(RIGHT), alg=None),
    "the public key as a secret": forged(by_secret(RIGHT.as_pem(private=False)), alg="HS256"),
    "its JSON as a secret": forged(by_secret(json.dumps(RIGHT.as_dict(private=False)).encode()), alg="HS256"),
    "RS256 said to be ES256": forged(by_rsa(RIGHT), alg="ES256"),
    "ES256 said to be RS256": forged(by_curve(CURVE)),
    "an own curve under its kid": forged(by_curve(CURVE), alg="ES256"),
    "an own key under its kid": forged(by_rsa(FORGED)),
    "without kid": forged(by_rsa(FORGED), kid=None),
    "kid of another issuer": forged(by_rsa(OF_ANOTHER_ISSUER), kid=OF_ANOTHER_ISSUER.kid),
    "jwk": forged(by_rsa(FORGED), jwk=FORGED.as_dict(private=False)),
    "jku": forged(by_rsa(FORGED), jku=f"{EVIL}/jwks", kid="theirs"),
    "x5u": forged(by_rsa(FORGED), x5u=f"{EVIL}/chain", kid="theirs"),
    "crit": forged(by_rsa(RIGHT), crit=["https://evil.example.org/ext"]),
    "b64": forged(by_rsa(RIGHT), crit=["b64"], b64=False),
    "an access token": forged(by_rsa(RIGHT), typ="at+jwt"),
    "a sign-out": forged(by_rsa(RIGHT), typ="logout+jwt"),
    "unsigned": lambda claims: compact(HEADER, claims, by_nobody),
    "encrypted": encrypted,
    "nested": nested,
    "told twice": as_(told_twice),
    "too deep": as_(lambda claims: "[" * 20_000),
    "oversized": as_(lambda claims: json.dumps(claims | {"x": "x" * 140_000})),
    "half a character": as_(lambda claims: json.dumps(claims | {"nonce": "\ud800", "sub": "\ud800"})),
    "no object": as_(lambda claims: json.dumps([claims])),
    "not even UTF-8": as_(lambda claims: b"\xff\xfe"),
}


def is_refused_and_counted(house: House, provider: WickedProvider, step: str) -> None:
    refused = counts(1, "identity_sign_ins_total", outcome="provider_refused")
    with refused, counts(1, "identity_provider_errors_total", step=step), pytest.raises(ProviderRefused):
        sign_in(house, provider)

    with house.work() as work:
        assert work.execute(sa.select(sa.func.count()).select_from(tables.sessions)).scalar_one() == 0
        assert work.execute(sa.select(sa.func.count()).select_from(tables.people)).scalar_one() == 0


def test_no_forged_id_token_gets_a_session(beset: House, provider: WickedProvider) -> None:
    provider.published = [RIGHT]
    honest = provider.sign
    for forge in FORGERIES.values():
        provider.sign = lambda claims, forge=forge: (  # type: ignore[method-assign,misc]
            forge(claims) if "nonce" in claims else honest(claims)
        )
        is_refused_and_counted(beset, provider, "token")

    # Keys come from where the provider publishes them, and nowhere else.
    assert set(provider.asked) <= {"/.well-known/openid-configuration", "/jwks", "/token"}


def test_no_forged_userinfo_gets_a_session(beset: House, provider: WickedProvider) -> None:
    honest = provider.sign
    for forge in FORGERIES.values():
        provider.sign = lambda claims, forge=forge: (  # type: ignore[method-assign,misc]
            honest(claims) if "nonce" in claims else forge(claims)
        )
        is_refused_and_counted(beset, provider, "userinfo")


LIES: list[tuple[str, Claims]] = [
    ("claims", {"givenName": "Amé\0lie"}),
    ("claims", {"surname": "\ud800"}),
    ("claims", {"surname": "x" * 201}),
    ("claims", {"givenName": {"$ne": ""}}),
    ("claims", {"egovNRN": "85073003328' OR 1=1 --"}),
    ("claims", {"assurance_level": 10**400}),
    ("userinfo", {"sub": ["subject"]}),
    ("userinfo", {"iss": {"of": "us"}}),
    ("userinfo", {"aud": {"us": 1}}),
    ("userinfo", {"exp": 10**400}),
]


def test_claims_that_no_database_holds_are_refused_before_it(beset: House, provider: WickedProvider) -> None:
    provider.userinfo_as_json = True
    for step, lie in LIES:
        provider.userinfo = lie
        is_refused_and_counted(beset, provider, step)


ANSWERS: list[tuple[str, Callable[[], Response]]] = [
    ("token", lambda: Response("[" * 100_000, mimetype="application/json")),
    ("token", lambda: jsonify(access_token="a\r\nX-Injected: 1", id_token="x")),
    ("token", lambda: jsonify(access_token="\ud800", id_token="x")),
    ("token", lambda: jsonify(access_token="", id_token="x")),
    ("token", lambda: jsonify(access_token="é", id_token="x")),
    ("userinfo", lambda: Response('{"a":' * 40_000, mimetype="application/json")),
    ("userinfo", lambda: Response(json.dumps(PERSON)[:-1] + ', "sub": "another"}', mimetype="application/json")),
]


def test_answers_that_nobody_signed_make_no_error_of_ours(beset: House, provider: WickedProvider) -> None:
    for step, answer in ANSWERS:
        provider.instead = {f"/{step}": answer}
        is_refused_and_counted(beset, provider, step)


def test_an_access_token_that_is_no_header_of_http_is_refused(beset: House, provider: WickedProvider) -> None:
    """Beside a right id_token, so that it would be used."""
    at = int(datetime.now(UTC).timestamp())
    for access_token in ("a\r\nX-Injected: 1", "\ud800", "é", "a b", ""):
        begun = beset.begin(callback_url="https://portal.example.org/back")
        claims = {"iss": provider.issuer, "aud": "us", "sub": "subject", "iat": at, "exp": at + 60}
        token = provider.sign(claims | {"nonce": nonce(begun.browser_secret)})
        provider.instead["/token"] = lambda access_token=access_token, token=token: jsonify(  # type: ignore[misc]
            access_token=access_token, id_token=token
        )
        with pytest.raises(ProviderRefused):
            beset.complete(**provider.consent(begun.authorization_url), browser_secret=begun.browser_secret)
    assert "/userinfo" not in provider.asked


def test_a_name_that_is_only_odd_is_hers(beset: House, provider: WickedProvider) -> None:
    """So that what is refused above is refused for what it is."""
    provider.userinfo = {"givenName": "Zoë-Nour 𝒜", "surname": "d’Ésêr\u200d 李", "mail": "a\0@example.org"}

    assert beset.present(sign_in(beset, provider).session_token or "").surname == "d’Ésêr\u200d 李"
