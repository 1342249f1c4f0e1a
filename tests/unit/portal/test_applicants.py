"""For whom a procedure may be begun is offered; of the other enterprises it is said why not."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.errors import NotFound
from tests.unit.portal.access_builders import a_mandate
from tests.unit.portal.builders import AT_MONS, ATELIERS, a_procedure, an_access
from tests.unit.portal.conftest import Browser, soup
from tests.unit.portal.test_lost_roles import a_role, a_suspended_role

PROCEDURE = "/demarches/prime-investissement"


def offered(browser: Browser, *accesses: Any, mine: Any = (), **facts: Any) -> Any:
    """The page on which it is chosen for whom the form is filled in."""
    browser.sign_in()
    browser.rpc.answers |= {
        "get_procedure": a_procedure(**facts),
        "list_my_enterprises": list(accesses),
        "list_my_mandates": list(mine),
        "list_dossiers": [],
    }
    browser.press(f"{PROCEDURE}/remplir", on=PROCEDURE)
    return browser.get(f"{PROCEDURE}/pour-qui")


def test_a_procedure_is_begun_where_a_role_is_for_it(browser: Browser) -> None:
    for role in (
        a_role(),
        a_role(procedure_categories=["economy", "taxes"]),
        a_role(establishment_number=AT_MONS),
    ):
        page = offered(browser, an_access(mandates=[a_role(procedure_categories=["taxes"]), role]))

        assert [button["value"] for button in page.select("button[name=applicant]")] == [ATELIERS]


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"mandates": [a_role(procedure_categories=["taxes"])]}, "limité à : Fiscalité"),
        (
            {"mandates": [a_role(establishment_number=AT_MONS, procedure_categories=["taxes"])]},
            "limité à : Fiscalité, établissement 2.134.567.845",
        ),
        (
            {
                "mandates": [a_role(establishment_number=AT_MONS, establishment_lost="closed")],
                "permissions": ["dossier.read"],
            },
            "l’établissement auquel votre rôle y est limité est fermé",
        ),
        ({"mandates": [a_mandate()], "permissions": ["dossier.read"]}, "ne permet pas d’y remplir une démarche"),
        ({"mandates": [a_role()], "permissions": ["dossier.read"], "state": "struck_off"}, "elle est radiée"),
    ],
)
def test_where_it_would_be_refused_nothing_is_offered_and_it_is_said_why(
    browser: Browser, facts: dict[str, Any], why: str
) -> None:
    page = offered(browser, an_access(**facts))

    assert not page.select("main form")
    (told,) = page.select("main li")
    assert told.text.replace("\u00a0", " ").startswith("Ateliers du Hainaut – ")
    assert why in told.text.replace("\u00a0", " ")


def test_beside_a_role_for_something_else_one_whose_establishment_is_lost_is_neither_enough_nor_named(
    browser: Browser,
) -> None:
    lost = a_role(establishment_number=AT_MONS, establishment_lost="moved")

    page = offered(browser, an_access(mandates=[a_role(procedure_categories=["taxes"]), lost]))

    assert not page.select("main form")
    assert page.select("main li")[0].text.replace("\u00a0", " ").strip().endswith("limité à : Fiscalité")


def test_for_an_enterprise_where_the_role_rests_nothing_is_begun_and_it_is_said_why(browser: Browser) -> None:
    reader = an_access(permissions=["dossier.read"], mandates=[a_mandate()])

    for accesses in ([], [reader]):
        page = offered(browser, *accesses, mine=[a_suspended_role()], audiences=["professional", "citizen"])

        assert [button["value"] for button in page.select("button[name=applicant]")] == ["citizen"]
        assert "Ateliers du Hainaut – votre rôle y est suspendu" in page.main.text


@pytest.mark.parametrize("suspended", [{"permissions": ["dossier.read"]}, {"procedure_categories": ["taxes"]}])
def test_a_role_that_rests_is_the_reason_only_where_it_would_be_enough(
    browser: Browser, suspended: dict[str, Any]
) -> None:
    mine = [a_suspended_role(**suspended)]

    page = offered(browser, an_access(mandates=[a_role(procedure_categories=["taxes"])]), mine=mine)
    (told,) = page.select("main li")
    assert "votre rôle y est limité à" in told.text

    assert "suspendu" not in offered(browser, mine=mine).main.text


def test_whose_role_is_suspended_before_he_presses_is_told_so(browser: Browser) -> None:
    offered(browser, an_access(mandates=[a_role()]))
    browser.rpc.answers["start_draft"] = NotFound()
    page = f"{PROCEDURE}/pour-qui"
    pressed = browser.press(page, applicant=str(ATELIERS))
    assert soup(pressed).h1.text == "Page introuvable"

    browser.rpc.answers["list_my_mandates"] = [a_suspended_role()]
    answer = browser.client.post(page, data=browser.csrf() | {"applicant": str(ATELIERS)})

    assert soup(answer).h1.text == "Votre rôle est suspendu"
