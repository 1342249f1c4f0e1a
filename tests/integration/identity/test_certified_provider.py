"""Signing in at a certified provider that is not ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from contracts.errors import LevelTooLow, Unavailable
from contracts.identity import ProviderRefused, SignInBegun, SignInUnknown
from services.identity.tokens import code_verifier, nonce
from tests.cast import AMELIE, BERNARD, DAVID, FABIENNE
from tests.integration.identity.certified import CALLBACK, CLIENT_SECRET, CLIENTS, WELCOME, CertifiedProvider, new_keys
from tests.integration.identity.certified.browser import Browser
from tests.integration.identity.conftest import MakeHouse
from tests.integration.identity.house import House


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CertifiedProvider]:
    started = CertifiedProvider(tmp_path_factory.mktemp("certified"))
    started.start()
    yield started
    started.stop()


@pytest.fixture
def browser(certified: CertifiedProvider) -> Browser:
    return Browser(certified)


@pytest.fixture
def house(make_house: MakeHouse, certified: CertifiedProvider, tmp_path: Path, request: pytest.FixtureRequest) -> House:
    """identity that is known there by the name of the test's parameter; no register answers."""
    secret_file = tmp_path / "client-secret"
    secret_file.write_text(f"{CLIENT_SECRET}\n")
    return make_house(
        IDENTITY_OIDC_ISSUER=certified.issuer,
        IDENTITY_OIDC_CLIENT_ID=getattr(request, "param", "signed"),
        IDENTITY_OIDC_CLIENT_SECRET_FILE=str(secret_file),
    )


def begin(house: House, *, minimum_level: int = 100) -> SignInBegun:
    return house.begin(callback_url=CALLBACK, means="itsme", minimum_level=minimum_level)


def sign_in(house: House, browser: Browser) -> str:
    """Amélie's session."""
    begun = begin(house)
    back = browser.sign_in(begun.authorization_url, AMELIE)
    return house.complete(**back, browser_secret=begun.browser_secret).session_token


@pytest.mark.parametrize("house", CLIENTS, indirect=True)
def test_a_person_signs_in_whatever_the_userinfo_is_and_whoever_signed_it(house: House, browser: Browser) -> None:
    begun = begin(house)
    back = browser.sign_in(begun.authorization_url, DAVID, level=500)

    token = house.complete(**back, browser_secret=begun.browser_secret).session_token

    presence = house.present(token)
    assert (presence.given_name, presence.surname) == (DAVID.given_name, DAVID.surname)
    assert (presence.language, presence.level, presence.roles) == ("nl", 500, [])
    assert house.profile(presence.person_id).csam_email == DAVID.email
    assert [session.means for session in house.sessions(token)] == ["itsme"]


def test_an_agent_has_her_role(house: House, browser: Browser) -> None:
    begun = begin(house)
    back = browser.sign_in(begun.authorization_url, FABIENNE)

    token = house.complete(**back, browser_secret=begun.browser_secret).session_token

    assert house.present(token).roles == ["agent"]


def test_the_provider_knows_all_that_is_asked_of_it(house: House, browser: Browser) -> None:
    begun = begin(house, minimum_level=400)

    asked = browser.go(begun.authorization_url).json()

    assert asked["scope"].split() == ["openid", "profile", "egovnrn", "email", "roles"]
    assert (asked["acr_values"], asked["login_hint"]) == ("urn:be:fedict:iam:fas:Level400", "itsme")
    assert (asked["state"], asked["code_challenge_method"]) == (begun.state, "S256")


def test_a_person_whom_the_provider_remembers_is_not_asked_again(house: House, browser: Browser) -> None:
    first = house.present(sign_in(house, browser))
    begun = begin(house)

    back = browser.come_back(begun.authorization_url)

    second = house.complete(**back, browser_secret=begun.browser_secret).session_token
    assert house.present(second).person_id == first.person_id


def test_a_code_is_exchanged_once(house: House, browser: Browser) -> None:
    begun = begin(house)
    code = browser.sign_in(begun.authorization_url, AMELIE)["code"]

    def vouch() -> str:
        vouched = house.gateways.csam.vouch(
            code=code,
            nonce=nonce(begun.browser_secret),
            code_verifier=code_verifier(begun.browser_secret),
            callback_url=CALLBACK,
            now=house.now,
        )
        return vouched.surname

    assert vouch() == AMELIE.surname
    with pytest.raises(ProviderRefused, match="invalid_grant"):
        vouch()


def test_a_code_that_was_slipped_into_another_sign_in_is_refused(house: House, certified: CertifiedProvider) -> None:
    attackers, victims = begin(house), begin(house)
    stolen = Browser(certified).sign_in(attackers.authorization_url, BERNARD)["code"]

    # PKCE: the code was asked for with the challenge of the attacker's browser.
    with pytest.raises(ProviderRefused, match="invalid_grant"):
        house.complete(state=victims.state, code=stolen, browser_secret=victims.browser_secret)


def test_the_code_of_one_browser_is_of_no_use_in_another(house: House, browser: Browser) -> None:
    hers, another = begin(house), begin(house)
    back = browser.sign_in(hers.authorization_url, AMELIE)

    with pytest.raises(SignInUnknown):
        house.complete(**back, browser_secret=another.browser_secret)
    # Neither is it spoilt for her.
    house.complete(**back, browser_secret=hers.browser_secret)


def test_an_id_token_with_a_nonce_that_is_not_ours_is_refused(house: House, browser: Browser) -> None:
    begun = begin(house)
    ours = parse_qs(urlsplit(begun.authorization_url).query)["nonce"][0]
    back = browser.sign_in(begun.authorization_url.replace(ours, "of-another-sign-in"), AMELIE)

    with pytest.raises(ProviderRefused, match="another sign-in"):
        house.complete(**back, browser_secret=begun.browser_secret)


def test_a_provider_with_another_secret_of_ours_signs_nobody_in(
    make_house: MakeHouse, certified: CertifiedProvider, browser: Browser
) -> None:
    stranger = make_house(IDENTITY_OIDC_ISSUER=certified.issuer, IDENTITY_OIDC_CLIENT_ID="signed")

    with pytest.raises(ProviderRefused, match="invalid_client"):
        sign_in(stranger, browser)


@pytest.mark.parametrize("told", [{}, {"assurance_level": None}])
def test_a_lower_level_than_asked_is_too_low_by_its_claim_or_by_acr(
    house: House, browser: Browser, told: dict[str, None]
) -> None:
    begun = begin(house, minimum_level=400)
    back = browser.sign_in(begun.authorization_url, AMELIE, level=350, **told)

    with pytest.raises(LevelTooLow) as refusal:
        house.complete(**back, browser_secret=begun.browser_secret)

    assert refusal.value.details == {"required": 400, "held": 350}


def test_who_is_remembered_at_a_lower_level_is_asked_again_for_a_higher(house: House, browser: Browser) -> None:
    weak = begin(house)
    house.complete(**browser.sign_in(weak.authorization_url, AMELIE, level=350), browser_secret=weak.browser_secret)
    strong = begin(house, minimum_level=400)
    back = browser.sign_in(strong.authorization_url, AMELIE, level=450)

    token = house.complete(**back, browser_secret=strong.browser_secret).session_token

    assert house.present(token).level == 450


def test_a_person_without_national_number_is_refused(house: House, browser: Browser) -> None:
    begun = begin(house)
    back = browser.sign_in(begun.authorization_url, AMELIE, egovNRN=None)

    with pytest.raises(ProviderRefused, match="national number"):
        house.complete(**back, browser_secret=begun.browser_secret)


def test_who_cancels_comes_back_without_a_code_and_may_still_sign_in(house: House, browser: Browser) -> None:
    begun = begin(house)

    back = browser.cancel(begun.authorization_url)

    # As the portal's page expects it.
    assert (back["error"], back["state"], back.get("code")) == ("access_denied", begun.state, None)
    again = browser.sign_in(begun.authorization_url, AMELIE)
    assert house.complete(**again, browser_secret=begun.browser_secret).return_to == "/dossiers"


def test_the_provider_may_change_its_keys(house: House, certified: CertifiedProvider, browser: Browser) -> None:
    sign_in(house, browser)
    certified.stop()
    certified.keys = new_keys()
    certified.start()

    assert house.present(sign_in(house, Browser(certified))).surname == AMELIE.surname


def test_who_signs_out_there_comes_back_to_the_portal_and_is_asked_who_she_is_again(
    house: House, browser: Browser
) -> None:
    sign_in(house, browser)
    address = house.gateways.csam.sign_out_url(return_url=WELCOME)
    assert address is not None

    assert browser.press(browser.go(address), "Yes, sign me out") == WELCOME

    assert browser.go(begin(house).authorization_url).json()["client_id"] == "signed"


def test_who_is_not_signed_in_there_any_more_comes_back_to_the_portal_too(house: House, browser: Browser) -> None:
    address = house.gateways.csam.sign_out_url(return_url=WELCOME)
    assert address is not None

    # A page that sends itself on, with JavaScript.
    assert browser.press(browser.go(address)) == WELCOME


def test_while_the_provider_is_away_nobody_signs_in_and_afterwards_all_do(
    house: House, certified: CertifiedProvider, browser: Browser
) -> None:
    certified.stop()
    with pytest.raises(Unavailable):
        begin(house)
    certified.start()
    begun = begin(house)
    back = browser.sign_in(begun.authorization_url, AMELIE)
    certified.stop()
    with pytest.raises(Unavailable):
        house.complete(**back, browser_secret=begun.browser_secret)
    certified.start()

    assert house.present(sign_in(house, Browser(certified))).surname == AMELIE.surname
