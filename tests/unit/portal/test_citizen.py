"""The citizen space: the link that confirms an address, and another one."""

from __future__ import annotations

import pytest

from contracts.errors import InvalidRequest, TooManyAttempts
from contracts.identity import AskedTooOften, CitizenSpace, LinkInvalid
from tests.unit.portal.account_builders import a_profile
from tests.unit.portal.builders import AMELIE, ATELIERS, NOON, a_dossier_summary
from tests.unit.portal.conftest import Browser, soup

LINK = "/confirmer/a-secret"


@pytest.mark.parametrize(
    ("space", "is_first", "goes_to"),
    [
        ("citizen", True, "/espace-citoyen/confirme"),
        ("citizen", False, "/adresse-confirmee"),
        (str(ATELIERS), True, "/adresse-confirmee"),
    ],
)
def test_the_link_confirms_the_address(browser: Browser, space: str, is_first: bool, goes_to: str) -> None:
    browser.rpc.answers["confirm_email"] = CitizenSpace(
        person_id=AMELIE, email="a@example.org", state="open", link_expires_at=None, space=space, is_first=is_first
    )

    answer = browser.press(LINK)

    assert answer.headers["Location"] == goes_to
    (asked,) = browser.rpc.calls("confirm_email")
    assert (asked.arguments["secret"], asked.arguments["address"]) == ("a-secret", "127.0.0.1")


@pytest.mark.parametrize(
    ("space", "asks_again_at"),
    [("open", "/profil/adresses"), ("awaiting", "/espace-citoyen/confirmation"), (None, "/profil/adresses")],
)
@pytest.mark.parametrize("refusal", [LinkInvalid(), InvalidRequest(fields={"secret": ["too long"]})])
def test_a_link_used_or_expired_leads_to_another(
    browser: Browser, refusal: Exception, space: str | None, asks_again_at: str
) -> None:
    if space is not None:
        browser.sign_in(citizen_space=space)
    browser.rpc.answers["confirm_email"] = refusal

    answer = browser.press(LINK)

    assert answer.status_code == 410
    assert soup(answer).find("a", string="Demander un nouveau lien")["href"] == asks_again_at


def test_links_tried_too_often_are_told_until_when(browser: Browser) -> None:
    browser.rpc.answers["confirm_email"] = TooManyAttempts(again_at=NOON.isoformat())

    answer = browser.press(LINK)

    assert answer.status_code == 429
    assert "Réessayez à partir du 15\u00a0octobre 2024" in answer.text


def test_a_link_asked_for_again_too_soon_is_told_when(browser: Browser) -> None:
    browser.sign_in(citizen_space="awaiting")
    browser.rpc.answers |= {
        "get_profile": a_profile(),
        "resend_confirmation": AskedTooOften(again_at=NOON.isoformat()),
    }

    browser.press("/espace-citoyen/confirmation")

    assert "à partir du 15\u00a0octobre 2024" in browser.get("/espace-citoyen/confirmation").text


def test_what_she_submitted_for_an_enterprise_without_access_manager_is_among_her_dossiers(browser: Browser) -> None:
    browser.sign_in()
    left_behind = a_dossier_summary(bce_number=ATELIERS, orphaned_enterprise="Ateliers du Hainaut")
    browser.rpc.answers["list_dossiers"] = [left_behind, a_dossier_summary()]

    for address in ("/dossiers", "/accueil"):
        of_the_enterprise, own = (row.text for row in browser.get(address).select(".rows > li"))
        assert "Ateliers du Hainaut (0403.019.261), qui n’a plus de gestionnaire d’accès" in of_the_enterprise
        assert "gestionnaire" not in own
