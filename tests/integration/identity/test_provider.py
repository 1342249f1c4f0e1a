"""A provider that lies, fails or is slow signs nobody in; and it shows in the metrics."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.errors import LevelTooLow
from contracts.identity import ProviderRefused, SignInUnknown
from tests.integration.identity.house import House
from tests.integration.identity.provider import CALLBACK, WickedProvider, a_key, sign_in


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
        ({"assurance_level": "high"}, "assurance level"),
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


def test_a_provider_that_tells_the_means_alone_gives_the_level_that_is_configured_for_it(
    beset: House, provider: WickedProvider
) -> None:
    provider.userinfo = {"assurance_level": None}

    assert beset.present(sign_in(beset, provider).session_token or "").level == 450


def test_a_means_that_was_only_asked_for_names_the_session_and_gives_no_level(
    beset: House, provider: WickedProvider
) -> None:
    provider.id_token = {"amr": None}
    (session,) = beset.sessions(sign_in(beset, provider, means="eid").session_token or "")
    assert (session.means, session.level) == ("eid", 450)

    provider.userinfo = {"assurance_level": None}
    with pytest.raises(ProviderRefused, match="assurance level"):
        sign_in(beset, provider, means="eid")


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
