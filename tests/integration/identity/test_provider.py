"""A provider that lies, fails or is slow signs nobody in; and it shows in the metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Response, jsonify, redirect
from prometheus_client import REGISTRY

from contracts.errors import LevelTooLow, Unavailable
from contracts.identity import ProviderRefused, SignedIn, SignInUnknown
from tests.integration.identity.house import House
from tests.integration.identity.provider import WickedProvider, a_key

CALLBACK = "https://portal.example.org/back"


def sign_in(house: House, provider: WickedProvider, **asked: Any) -> SignedIn:
    begun = house.begin(callback_url=CALLBACK, **asked)
    return house.complete(**provider.consent(begun.authorization_url), browser_secret=begun.browser_secret)


def counted(metric: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(metric, labels) or 0.0


@pytest.mark.parametrize("as_json", [True, False])
def test_a_provider_that_does_everything_right_is_believed(
    beset: House, provider: WickedProvider, as_json: bool
) -> None:
    provider.userinfo_as_json = as_json

    assert beset.present(sign_in(beset, provider).session_token).surname == "Dubois"


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        ({"nonce": "of another sign-in"}, "another sign-in"),
        ({"nonce": None}, "another sign-in"),
        ({"aud": "them"}, "somebody else"),
        ({"aud": ["us", "them"], "azp": "them"}, "asked for by somebody else"),
        ({"iss": "https://evil.example.org"}, "another issuer"),
        ({"exp": 1}, "expired"),
        ({"iat": 1}, "just now"),
        ({"sub": "another"}, "another person"),
    ],
)
def test_a_wrong_id_token_is_refused(beset: House, provider: WickedProvider, lie: dict[str, Any], reason: str) -> None:
    provider.id_token = lie

    with pytest.raises(ProviderRefused, match=reason):
        sign_in(beset, provider)


def test_a_token_without_signature_is_refused(beset: House, provider: WickedProvider) -> None:
    provider.sign = lambda claims: "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzdWJqZWN0In0."  # type: ignore[method-assign]

    with pytest.raises(ProviderRefused, match="algorithm"):
        sign_in(beset, provider)


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        ({"sub": "another"}, "another person"),
        ({"aud": "them"}, "somebody else"),
        ({"iss": "https://evil.example.org"}, "another issuer"),
        ({"egovNRN": "85073003329"}, "national number"),
        ({"egovNRN": None}, "national number"),
        ({"assurance_level": None}, "assurance level"),
    ],
)
def test_a_wrong_userinfo_is_refused(beset: House, provider: WickedProvider, lie: dict[str, Any], reason: str) -> None:
    provider.userinfo = lie

    with pytest.raises(ProviderRefused, match=reason):
        sign_in(beset, provider)


def test_who_was_vouched_for_at_a_lower_level_than_asked_is_not_signed_in(
    beset: House, provider: WickedProvider
) -> None:
    provider.userinfo = {"assurance_level": 350}

    with pytest.raises(LevelTooLow) as refusal:
        sign_in(beset, provider, minimum_level=400)
    assert refusal.value.details == {"required": 400, "held": 350}


def test_a_new_key_is_fetched_when_it_is_first_used(beset: House, provider: WickedProvider) -> None:
    sign_in(beset, provider)
    provider.key = a_key("second")
    provider.published = [provider.key]

    sign_in(beset, provider)

    assert provider.asked.count("/jwks") == 2


def test_a_key_that_is_not_published_is_refused(beset: House, provider: WickedProvider) -> None:
    provider.key = a_key("forged", kid="first")

    with pytest.raises(ProviderRefused, match="unknown key"):
        sign_in(beset, provider)


def test_discovery_and_keys_are_read_once_for_many(beset: House, provider: WickedProvider) -> None:
    for _ in range(3):
        sign_in(beset, provider)

    assert provider.asked.count("/jwks") == 1
    assert provider.asked.count("/.well-known/openid-configuration") == 1


def test_a_refused_sign_in_is_used_up(beset: House, provider: WickedProvider) -> None:
    provider.userinfo = {"sub": "another"}
    begun = beset.begin(callback_url=CALLBACK)
    back = provider.consent(begun.authorization_url)
    with pytest.raises(ProviderRefused):
        beset.complete(**back, browser_secret=begun.browser_secret)
    provider.userinfo = {}

    with pytest.raises(SignInUnknown):
        beset.complete(**back, browser_secret=begun.browser_secret)


def test_a_provider_that_is_down_can_be_reached_by_the_same_browser_later(
    beset: House, provider: WickedProvider
) -> None:
    begun = beset.begin(callback_url=CALLBACK)
    back = provider.consent(begun.authorization_url)
    provider.instead["/token"] = lambda: Response("down for a moment", 503)
    with pytest.raises(Unavailable):
        beset.complete(**back, browser_secret=begun.browser_secret)
    provider.instead.clear()

    assert beset.complete(**back, browser_secret=begun.browser_secret).return_to == "/dossiers"


def test_a_provider_that_does_not_listen_is_unavailable(beset: House, provider: WickedProvider) -> None:
    provider.stop()
    before = counted("identity_provider_errors_total", step="discovery", kind="away")

    with pytest.raises(Unavailable) as refusal:
        beset.begin(callback_url=CALLBACK)

    assert refusal.value.details == {"part": "csam"}
    assert counted("identity_provider_errors_total", step="discovery", kind="away") == before + 1


def test_a_provider_that_is_slow_is_unavailable(beset: House, provider: WickedProvider) -> None:
    provider.instead["/token"] = provider.hang
    before = counted("identity_sign_ins_total", outcome="unavailable")

    with pytest.raises(Unavailable):
        sign_in(beset, provider)

    assert counted("identity_sign_ins_total", outcome="unavailable") == before + 1


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://evil.example.org"},
        {"token_endpoint": None},
        {"token_endpoint": "file:///etc/passwd"},
        {"jwks_uri": ["x"]},
        {"userinfo_endpoint": "ftp://provider.example.org/"},
    ],
)
def test_a_discovery_that_makes_no_sense_is_unavailable(
    beset: House, provider: WickedProvider, document: dict[str, Any]
) -> None:
    provider.discovery = document
    before = counted("identity_provider_errors_total", step="discovery", kind="nonsense")

    with pytest.raises(Unavailable):
        beset.begin(callback_url=CALLBACK)

    assert counted("identity_provider_errors_total", step="discovery", kind="nonsense") == before + 1


NONSENSE: list[tuple[str, Callable[[], Response]]] = [
    ("/token", lambda: Response("<html>", 200)),
    ("/token", lambda: Response("[]", 200, mimetype="application/json")),
    ("/token", lambda: jsonify(access_token="a")),
    ("/token", lambda: jsonify(access_token="a", id_token="not a token")),
    ("/token", lambda: jsonify(access_token=1, id_token=2)),
    ("/token", lambda: Response('{"error": "invalid_client"}', 401, mimetype="application/json")),
    ("/token", lambda: redirect("http://127.0.0.1:1/")),  # type: ignore[list-item,return-value]
    ("/userinfo", lambda: Response("not json", 200)),
    ("/userinfo", lambda: Response("not.a.token", 200, mimetype="application/jwt")),
    ("/userinfo", lambda: Response("", 401)),
    ("/userinfo", lambda: Response("\xff\xfe", 200, mimetype="application/jwt")),
]


@pytest.mark.parametrize(("path", "answer"), NONSENSE)
def test_nonsense_signs_nobody_in(
    beset: House, provider: WickedProvider, path: str, answer: Callable[[], Response]
) -> None:
    provider.instead[path] = answer
    before = counted("identity_sign_ins_total", outcome="provider_refused")

    with pytest.raises(ProviderRefused):
        sign_in(beset, provider)

    assert counted("identity_sign_ins_total", outcome="provider_refused") == before + 1


@pytest.mark.parametrize("keys", [Response("<html>"), Response('{"keys": 1}'), Response('{"keys": [{"kty": "?"}]}')])
def test_keys_that_make_no_sense_are_unavailable(beset: House, provider: WickedProvider, keys: Response) -> None:
    provider.instead["/jwks"] = lambda: keys

    with pytest.raises(Unavailable):
        sign_in(beset, provider)


def test_an_endless_answer_is_cut_off(beset: House, provider: WickedProvider) -> None:
    provider.instead["/userinfo"] = lambda: Response(b"x" * 65536 for _ in range(1000))

    with pytest.raises(Unavailable):
        sign_in(beset, provider)
