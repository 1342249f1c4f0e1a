"""Tokens of a provider as an attacker would bring them, by the hundred: refused, and never an error of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey, KeySet, RSAKey

from contracts.identity import ProviderRefused
from services.identity.gateways.csam.claims import read_claims
from services.identity.gateways.csam.http import Answer, Nonsense
from services.identity.gateways.csam.verification import require_id_token, require_userinfo, verified_claims
from tests.support.forging import by_curve, by_nobody, by_rsa, by_secret, compact, encoded
from tests.unit.identity.builders import NOON

KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
CURVE = ECKey.generate_key("P-256", {"kid": "two", "use": "sig"})
ATTACKERS = RSAKey.generate_key(2048, {"kid": "one"})
ATTACKERS_CURVE = ECKey.generate_key("P-256", {"kid": "two"})
PUBLISHED = KeySet([RSAKey.import_key(KEY.as_dict(private=False)), ECKey.import_key(CURVE.as_dict(private=False))])

ISSUER = "https://csam.example.org"
AT = int(NOON.timestamp())
HEADER = {"alg": "RS256", "kid": "one", "typ": "JWT"}
ID_TOKEN: dict[str, Any] = {"iss": ISSUER, "aud": "us", "sub": "s", "nonce": "n", "iat": AT, "exp": AT + 300}
USERINFO: dict[str, Any] = {
    "sub": "s",
    "egovNRN": "85073003328",
    "givenName": "Amélie",
    "surname": "Dubois",
    "assurance_level": 450,
}
RIGHT = compact(HEADER, ID_TOKEN, by_rsa(KEY))

# Each run tries the same: what fails here fails for everybody.
many = settings(max_examples=50, derandomize=True, deadline=None)

junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["\ud800", "\0"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=3,
)
headers = st.fixed_dictionaries(
    {"alg": st.sampled_from(["RS256", "RS256", "PS256", "ES256", "HS256", "none", "nOnE", "", "EdDSA"]) | junk},
    optional={
        "kid": st.sampled_from(["one", "two", "three", "", "../../dev/null", "' OR 1=1 --"]) | junk,
        "typ": st.sampled_from(["JWT", "at+jwt", "actor+jwt"]) | junk,
        "jwk": st.just(ATTACKERS.as_dict(private=False)) | junk,
        "jku": st.sampled_from(["https://evil.example.org/jwks", "file:///etc/passwd"]) | junk,
        "x5u": st.just("https://evil.example.org/chain") | junk,
        "x5c": st.lists(st.text(max_size=8), max_size=2) | junk,
        "crit": st.lists(st.sampled_from(["b64", "exp", "alg"]), max_size=2) | junk,
        "b64": st.booleans() | junk,
        "enc": st.just("A256GCM"),
        "zip": st.just("DEF"),
    },
)
# Who attacks has everything but the provider's private keys.
SIGNATURES = [
    by_nobody,
    by_rsa(ATTACKERS),
    by_curve(ATTACKERS_CURVE),
    by_secret(b""),
    by_secret(KEY.as_pem(private=False)),
    by_secret(KEY.as_der(private=False)),
    by_secret(json.dumps(KEY.as_dict(private=False)).encode()),
    by_secret(CURVE.as_pem(private=False)),
    lambda _: b"\0" * 64,
    lambda _: b"\0" * 256,
    lambda _: b"\0" * 255 + b"\1",
]


def read(token: str) -> dict[str, Any]:
    return verified_claims(token, lambda fresh: PUBLISHED)[1]


def require(claims: dict[str, Any], *, access_token: str = "access") -> None:
    require_id_token(HEADER, claims, issuer=ISSUER, client_id="us", nonce="n", access_token=access_token, now=NOON)


@many
@given(headers, st.sampled_from(SIGNATURES))
@example(HEADER | {"alg": "HS256"}, by_secret(KEY.as_pem(private=False)))
@example(HEADER | {"alg": "ES256"}, by_rsa(KEY))
@example(HEADER | {"alg": "RS256", "kid": "two"}, by_curve(CURVE))
@example(HEADER | {"alg": "ES256", "kid": "one"}, by_curve(ATTACKERS_CURVE))
@example(HEADER | {"jwk": ATTACKERS.as_dict(private=False)}, by_rsa(ATTACKERS))
def test_whatever_header_it_has_a_token_that_the_provider_did_not_sign_is_refused(header: Any, sign: Any) -> None:
    with pytest.raises(ProviderRefused):
        read(compact(header, ID_TOKEN, sign))


@many
@given(st.integers(0, len(RIGHT)), st.integers(0, 3), st.text(alphabet="Aa_-.=+/ \n\0é\ud800", max_size=4))
def test_a_token_that_was_altered_anywhere_is_refused(at: int, cut: int, put: str) -> None:
    altered = RIGHT[:at] + put + RIGHT[at + cut :]
    if altered == RIGHT:
        assert read(altered) == ID_TOKEN
        return

    with pytest.raises(ProviderRefused):
        read(altered)


@many
@given(st.text() | st.lists(st.binary(max_size=40).map(encoded), min_size=1, max_size=6).map(".".join))
@example(".".join([encoded({"alg": "RSA-OAEP", "enc": "A256GCM"}), "", "", "", ""]))
@example(RIGHT + "." + RIGHT)
@example("." * 200_000)
def test_what_is_no_token_is_no_error_of_ours(token: str) -> None:
    with pytest.raises(ProviderRefused):
        read(token)


@pytest.mark.parametrize(
    ("header", "payload"),
    [
        ('{"alg":"none","alg":"RS256","kid":"one"}', "null"),
        (HEADER, "[" * 3000),
        (HEADER, '{"a":' * 20_000),
        (HEADER, b"\xff\xfe{}"),
        (HEADER, '{"exp":' + "9" * 5000 + "}"),
        (HEADER, [ID_TOKEN]),
        (HEADER, RIGHT),
        (HEADER, ID_TOKEN | {"x": "x" * 200_000}),
        (HEADER | {"x": "x" * 9000}, ID_TOKEN),
        (HEADER | {"crit": ["x"], "x": 1}, ID_TOKEN),
        (HEADER | {"b64": False, "crit": ["b64"]}, ID_TOKEN),
        (HEADER | {"typ": "at+jwt"}, ID_TOKEN),
        (HEADER | {"typ": "application/logout+JWT"}, ID_TOKEN),
        (HEADER | {"use": "enc", "kid": "of another issuer"}, ID_TOKEN),
    ],
    ids=str,
)
def test_even_the_provider_itself_cannot_send_us_into_an_error(header: Any, payload: Any) -> None:
    with pytest.raises(ProviderRefused):
        read(compact(header, payload, by_rsa(KEY)))


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"a":' * 40_000, b"\xff\xfe", b'{"a":' + b"9" * 5000 + b"}", b"NaN"]
)
def test_neither_can_an_answer_that_nobody_signed(body: bytes) -> None:
    with pytest.raises(Nonsense):
        Answer(status=200, media_type="application/json", body=body).json()


@many
@given(st.dictionaries(st.sampled_from([*ID_TOKEN, "azp", "nbf", "at_hash"]), junk, min_size=1))
@example({"nonce": "\ud800"})
@example({"exp": float("inf")})
@example({"iat": float("nan")})
@example({"nonce": ["n"]})
@example({"aud": {"us": "us"}})
def test_an_id_token_passes_only_with_what_makes_it_ours(lie: dict[str, Any]) -> None:
    claims = ID_TOKEN | lie
    try:
        require(claims)
    except ProviderRefused:
        return

    assert (claims["iss"], claims["nonce"]) == (ISSUER, "n")
    assert claims["aud"] in ("us", ["us"]) or (claims.get("azp") == "us" and "us" in claims["aud"])
    assert isinstance(claims["sub"], str)
    assert claims["exp"] > AT - 30
    assert AT - 600 <= claims["iat"] <= AT + 30


def test_a_claim_that_is_told_twice_counts_as_it_was_told_last() -> None:
    last_is_wrong = json.dumps(ID_TOKEN)[:-1] + ', "nonce": "of another sign-in"}'
    with pytest.raises(ProviderRefused, match="another sign-in"):
        require(read(compact(HEADER, last_is_wrong, by_rsa(KEY))))


@many
@given(st.dictionaries(st.sampled_from(["sub", "iss", "aud", "exp"]), junk, min_size=1))
def test_a_userinfo_passes_only_about_the_same_person(lie: dict[str, Any]) -> None:
    claims = USERINFO | lie
    try:
        require_userinfo(claims, issuer=ISSUER, client_id="us", subject="s", now=NOON)
    except ProviderRefused:
        return

    assert claims["sub"] == "s"
    assert claims.get("iss", ISSUER) == ISSUER
    assert claims.get("aud", "us") in ("us", ["us"])


@many
@given(
    st.dictionaries(
        st.sampled_from([*USERINFO, "mail", "prefLanguage", "roles", "amr", "acr", "personIdentifier", "birthdate"]),
        junk,
        min_size=1,
    )
)
@example({"givenName": "Amé\0lie"})
@example({"surname": "\ud800"})
@example({"mail": "amelie@example.org\r\nBcc: all@example.org"})
@example({"assurance_level": 10**400})
@example({"personIdentifier": "DE/BE/\0", "egovNRN": None})
def test_whom_it_vouches_for_can_be_stored_or_is_refused(lie: dict[str, Any]) -> None:
    try:
        vouched = read_claims({}, USERINFO | lie)
    except ProviderRefused:
        return

    texts = [vouched.given_name, vouched.surname, vouched.email or "", *vouched.roles]
    for text in texts:
        assert not any(character < " " for character in text)
        text.encode()
    assert 100 <= vouched.level <= 500
    assert vouched.national_number or vouched.european
