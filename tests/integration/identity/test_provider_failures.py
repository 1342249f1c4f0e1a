"""A provider that is down, slow or answers nonsense: a clear refusal, and it shows in the metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Response, jsonify, redirect
from prometheus_client import REGISTRY

from contracts.errors import Unavailable
from contracts.identity import ProviderRefused
from tests.integration.identity.house import House
from tests.integration.identity.provider import CALLBACK, WickedProvider, sign_in


def counted(metric: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(metric, labels) or 0.0


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
