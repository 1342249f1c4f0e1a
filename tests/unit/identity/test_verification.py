"""An attacker's tokens, one for each line of OpenID Connect Core 1.0, 3.1.3.7."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, Key, KeySet, OctKey, RSAKey

from contracts.identity import ProviderRefused
from services.identity.gateways.csam.verification import require_id_token, require_userinfo, verified_claims
from tests.unit.identity.builders import NOON

KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "two"})
ISSUER = "https://csam.example.org"
AT = int(NOON.timestamp())
ID_TOKEN = {"iss": ISSUER, "aud": "us", "sub": "s", "nonce": "n", "iat": AT, "exp": AT + 300}


def public(*keys: Key) -> KeySet:
    return KeySet([type(key).import_key(key.as_dict(private=False)) for key in keys])


def signed(claims: dict[str, Any], key: Key = KEY, alg: str = "RS256", **header: Any) -> str:
    return jwt.encode({"alg": alg, "kid": key.kid} | header, claims, key, algorithms=[alg])


def unsigned(header: dict[str, Any], claims: dict[str, Any], signature: str = "") -> str:
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims))
    return ".".join([*parts, signature])


def read(token: str, *keys: Key) -> dict[str, Any]:
    return verified_claims(token, lambda fresh: public(*(keys or (KEY,))))[1]


def require(claims: dict[str, Any], now: datetime = NOON) -> None:
    require_id_token({"alg": "RS256"}, claims, issuer=ISSUER, client_id="us", nonce="n", access_token="access", now=now)


def test_a_token_that_the_provider_signed_is_read() -> None:
    assert read(signed(ID_TOKEN)) == ID_TOKEN
    require(ID_TOKEN)


@pytest.mark.parametrize("alg", ["RS512", "PS256"])
def test_other_algorithms_of_the_list_are_taken(alg: str) -> None:
    assert read(signed(ID_TOKEN, alg=alg)) == ID_TOKEN


def test_elliptic_curves_are_taken() -> None:
    key = ECKey.generate_key("P-256", {"kid": "ec"})
    assert read(signed(ID_TOKEN, key, alg="ES256"), KEY, key) == ID_TOKEN


def test_the_algorithm_none_is_refused() -> None:
    for name in ("none", "None", "NONE", ""):
        with pytest.raises(ProviderRefused):
            read(unsigned({"alg": name, "kid": "one"}, ID_TOKEN))


def test_a_public_key_does_not_pass_for_a_shared_secret() -> None:
    # By hand, since no decent library signs with a PEM as secret.
    signing_input = unsigned({"alg": "HS256", "kid": "one"}, ID_TOKEN).rstrip(".")
    signature = hmac.digest(KEY.as_pem(private=False), signing_input.encode(), "sha256")

    with pytest.raises(ProviderRefused, match="algorithm"):
        read(f"{signing_input}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}")


def test_a_shared_secret_among_the_keys_is_not_used() -> None:
    secret = OctKey.generate_key(256, {"kid": "oct"})
    with pytest.raises(ProviderRefused):
        verified_claims(signed(ID_TOKEN, secret, alg="HS256"), lambda fresh: KeySet([secret]))


def test_a_swapped_kid_does_not_help() -> None:
    with pytest.raises(ProviderRefused, match="unknown key"):
        read(signed(ID_TOKEN, OTHER_KEY, kid="one"))


def test_a_key_in_the_header_is_not_believed() -> None:
    with pytest.raises(ProviderRefused):
        read(signed(ID_TOKEN, OTHER_KEY, jwk=OTHER_KEY.as_dict(private=False)))


def test_altered_claims_are_refused() -> None:
    header, _, signature = signed(ID_TOKEN).split(".")
    altered = unsigned({}, ID_TOKEN | {"sub": "another"}).split(".")[1]
    with pytest.raises(ProviderRefused):
        read(f"{header}.{altered}.{signature}")


def test_an_encryption_key_does_not_sign() -> None:
    key = RSAKey.generate_key(2048, {"kid": "enc", "use": "enc"})
    token = jwt.encode(
        {"alg": "RS256", "kid": "enc"}, ID_TOKEN, RSAKey.import_key(key.as_dict(private=True) | {"use": "sig"})
    )
    with pytest.raises(ProviderRefused, match="unknown key"):
        read(token, key)


@pytest.mark.parametrize("token", ["", "x", "a.b", "a.b.c", "a.b.c.d", "é.é.é", "x" * 20000])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(ProviderRefused):
        read(token)


def test_a_critical_header_that_we_do_not_know_is_refused() -> None:
    token = unsigned({"alg": "RS256", "kid": "one", "crit": ["x"], "x": 1}, ID_TOKEN, "c2ln")
    with pytest.raises(ProviderRefused):
        read(token)


def test_keys_are_asked_again_when_none_fits_and_only_then() -> None:
    asked: list[bool] = []

    def keys(fresh: bool) -> KeySet:
        asked.append(fresh)
        return public(OTHER_KEY) if fresh else public(KEY)

    verified_claims(signed(ID_TOKEN), keys)
    assert asked == [False]
    asked.clear()
    verified_claims(signed(ID_TOKEN, OTHER_KEY), keys)
    assert asked == [False, True]


def test_a_token_without_kid_is_tried_with_each_key() -> None:
    token = jwt.encode({"alg": "RS256"}, ID_TOKEN, OTHER_KEY)
    assert read(token, KEY, OTHER_KEY) == ID_TOKEN


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"iss": "https://other.example.org"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"aud": "them"}, "somebody else"),
        ({"aud": ["them"]}, "somebody else"),
        ({"aud": None}, "somebody else"),
        ({"aud": ["us", "them"]}, "asked for by somebody else"),
        ({"azp": "them"}, "asked for by somebody else"),
        ({"exp": AT - 31}, "expired"),
        ({"exp": None}, "without exp"),
        ({"exp": "tomorrow"}, "without exp"),
        ({"exp": True}, "without exp"),
        ({"exp": 1e300}, "impossible exp"),
        ({"iat": AT + 31}, "just now"),
        ({"iat": AT - 601}, "just now"),
        ({"iat": None}, "without iat"),
        ({"nbf": AT + 31}, "hold yet"),
        ({"nonce": "another"}, "another sign-in"),
        ({"nonce": None}, "another sign-in"),
        ({"sub": ""}, "nobody"),
        ({"sub": None}, "nobody"),
        ({"at_hash": "x"}, "another access token"),
    ],
)
def test_an_id_token_that_is_not_for_us_now_is_refused(wrong: dict[str, Any], reason: str) -> None:
    with pytest.raises(ProviderRefused, match=reason):
        require(ID_TOKEN | wrong)


def test_several_audiences_need_us_as_authorized_party() -> None:
    require(ID_TOKEN | {"aud": ["us", "them"], "azp": "us"})


def test_the_hash_of_the_access_token_is_looked_at() -> None:
    left_half = hashlib.sha256(b"access").digest()[:16]

    require(ID_TOKEN | {"at_hash": base64.urlsafe_b64encode(left_half).rstrip(b"=").decode()})


def userinfo(**claims: Any) -> None:
    require_userinfo({"sub": "s"} | claims, issuer=ISSUER, client_id="us", subject="s", now=NOON)


def test_a_userinfo_about_the_same_person_is_taken() -> None:
    userinfo()
    userinfo(iss=ISSUER, aud=["us"], exp=AT + 1)


@pytest.mark.parametrize(
    "wrong", [{"sub": "t"}, {"sub": None}, {"iss": "x"}, {"aud": "them"}, {"exp": AT - 31}, {"exp": "x"}]
)
def test_a_userinfo_about_another_or_for_another_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ProviderRefused):
        userinfo(**wrong)


def test_clocks_may_differ_a_little() -> None:
    require(ID_TOKEN | {"iat": AT + 20})
    require(ID_TOKEN | {"exp": AT - 20})
