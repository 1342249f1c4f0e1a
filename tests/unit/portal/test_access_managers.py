"""The access manager's console: what is asked of delegation and identity."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from contracts.delegation import (
    AlreadyHeld,
    AlreadyInvited,
    LastAccessManager,
    NoAccessManager,
    TermTooLong,
)
from contracts.errors import InvalidRequest
from tests.unit.portal.builders import (
    AMELIE,
    AT_MONS,
    AT_TOURNAI,
    ATELIERS,
    NOON,
    RecordingRpc,
    a_procedure,
    a_role_request,
    an_access,
    an_establishment,
)
from tests.unit.portal.conftest import Browser, soup
from tests.unit.portal.test_pages import MANDATE, a_mandate, an_invitation

CONSOLE = f"/entreprises/{ATELIERS}/acces"
INVITE = f"{CONSOLE}/inviter"


@pytest.fixture
def manager(browser: Browser) -> RecordingRpc:
    browser.sign_in()
    browser.rpc.answers |= {
        "list_my_enterprises": [an_access(permissions=["dossier.read", "mandate.manage"])],
        "list_role_requests": [a_role_request(role_request_id=REQUEST, person_id=uuid4())],
        "list_people_of": [a_mandate()],
        "list_invitations": [],
        "list_establishments": [an_establishment(), an_establishment(AT_TOURNAI, state="closed")],
        "search_procedures": [a_procedure(), a_procedure(slug="taxe", category="taxes")],
        "invite_person": an_invitation(),
        "accept_role_request": a_mandate(),
        "refuse_role_request": a_role_request(state="refused"),
        "revoke_mandate": a_mandate(state="revoked"),
    }
    return browser.rpc


REQUEST = uuid4()
DECIDE = f"{CONSOLE}/demandes/{REQUEST}"


def test_accepting_without_a_date_leaves_the_term_to_delegation(browser: Browser, manager: RecordingRpc) -> None:
    browser.press(f"{DECIDE}/accepter", on=DECIDE, valid_until="")

    assert manager.calls("accept_role_request")[0].arguments["valid_until"] is None


def test_accepting_until_a_date(browser: Browser, manager: RecordingRpc) -> None:
    browser.press(f"{DECIDE}/accepter", on=DECIDE, valid_until="2025-12-31")

    assert manager.calls("accept_role_request")[0].arguments["valid_until"] == date(2025, 12, 31)


def test_too_long_a_term_is_told_where_it_is_mended(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["accept_role_request"] = TermTooLong()

    answer = browser.press(f"{DECIDE}/accepter", on=DECIDE, valid_until="2999-12-31")

    assert answer.status_code == 422
    assert "cinq ans au plus" in soup(answer).select_one(".error-summary").text


def test_refusing_needs_a_reason(browser: Browser, manager: RecordingRpc) -> None:
    answer = browser.press(f"{DECIDE}/refuser", on=DECIDE, reason="  ")

    assert answer.status_code == 422
    assert soup(answer).find(id="reason")["aria-invalid"] == "true"
    assert manager.calls("refuse_role_request") == []


def test_a_refusal_goes_with_its_reason(browser: Browser, manager: RecordingRpc) -> None:
    browser.press(f"{DECIDE}/refuser", on=DECIDE, reason=" Inconnue ici. ")

    assert manager.calls("refuse_role_request")[0].arguments["reason"] == "Inconnue ici."


def test_nobody_is_offered_to_decide_his_own_request(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["list_role_requests"] = [a_role_request(role_request_id=REQUEST)]

    page = browser.get(DECIDE)

    assert "C’est votre propre demande" in page.text
    assert page.find("form", action=f"{DECIDE}/accepter") is None


def test_an_invitation_by_e_mail(browser: Browser, manager: RecordingRpc) -> None:
    browser.press(INVITE, by="email", email="elodie@example.org", role="reader")

    (asked,) = manager.calls("invite_person")
    assert (asked.arguments["email"], asked.arguments["person_id"]) == ("elodie@example.org", None)


def test_an_invitation_is_written_in_the_language_of_who_invites(browser: Browser, manager: RecordingRpc) -> None:
    browser.sign_in(language="de")

    browser.press(INVITE, by="email", email="elodie@example.org", role="reader")

    assert manager.calls("invite_person")[0].arguments["language"] == "de"


def test_an_invitation_by_national_number_goes_through_identity(browser: Browser, manager: RecordingRpc) -> None:
    person_id = uuid4()
    manager.answers["refer_to"] = person_id

    browser.press(INVITE, by="national_number", national_number="85.07.30-033.28", role="reader", email="left@over")

    (asked,) = manager.calls("invite_person")
    assert (asked.arguments["email"], asked.arguments["person_id"]) == (None, person_id)
    assert "national_number" not in asked.arguments
    assert not {"85.07.30-033.28", "85073003328"} & {str(argument) for argument in asked.arguments.values()}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"by": "email", "email": ""}, "email"),
        ({"by": "email", "email": "pas une adresse"}, "email"),
        ({"by": "national_number", "national_number": "85.07.30-033.29"}, "national_number"),
        ({"by": "national_number", "national_number": ""}, "national_number"),
    ],
)
def test_a_wrong_address_or_number_is_told_at_its_field(
    browser: Browser, manager: RecordingRpc, typed: dict[str, str], field: str
) -> None:
    answer = browser.press(INVITE, role="reader", **typed)

    assert answer.status_code == 422
    assert soup(answer).find(id=field)["aria-invalid"] == "true"
    assert manager.calls("invite_person") == []


def test_who_invites_himself_by_his_number_is_told_so(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers |= {
        "refer_to": AMELIE,
        "invite_person": InvalidRequest(fields={"person_id": ["nobody invites himself"]}),
    }

    answer = browser.press(INVITE, by="national_number", national_number="85.07.30-033.28", role="reader")

    assert answer.status_code == 422
    assert "on ne s’invite pas soi-même" in soup(answer).select_one(".error-summary").text


@pytest.mark.parametrize(
    ("act", "address", "page", "typed"),
    [
        ("invite_person", INVITE, INVITE, {"by": "email", "email": "elodie@example.org", "role": "reader"}),
        ("accept_role_request", f"{DECIDE}/accepter", DECIDE, {"valid_until": ""}),
    ],
)
def test_a_role_held_already_is_told_as_the_other_persons(
    browser: Browser, manager: RecordingRpc, act: str, address: str, page: str, typed: dict[str, str]
) -> None:
    manager.answers[act] = AlreadyHeld()

    answer = browser.press(address, on=page, **typed)

    assert answer.status_code == 422
    assert "Cette personne a déjà ce rôle" in soup(answer).select_one(".error-summary").text


def test_who_is_invited_already_is_told_with_the_way_to_send_it_again(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers |= {"refer_to": uuid4(), "invite_person": AlreadyInvited()}

    answer = browser.press(INVITE, by="national_number", national_number="85.07.30-033.28", role="reader")

    assert answer.status_code == 422
    assert "vous pouvez la renvoyer" in soup(answer).select_one(".error-summary").text
    assert soup(answer).find("a", href=CONSOLE) is not None


def test_invitations_tell_how_they_went_out_and_who_took_them(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["list_invitations"] = [
        an_invitation(),
        an_invitation(is_by_link=False),
        an_invitation(state="accepted", accepted_by_name="Élodie Petit"),
        an_invitation(procedure_categories=["taxes"], establishment_number=AT_MONS),
    ]

    told = [row.text for row in browser.get(CONSOLE).find("h2", string="Invitations").find_next("ul").find_all("li")]

    assert ["Par e-mail" in row for row in told] == [True, False, True, True]
    assert ["Élodie Petit" in row for row in told] == [False, False, True, False]
    assert ["limité à\u00a0: Fiscalité, établissement 2.134.567.845" in row for row in told] == [False] * 3 + [True]


def test_who_withdraws_a_role_is_not_told_that_his_reason_goes_out(browser: Browser, manager: RecordingRpc) -> None:
    page = browser.get(f"{CONSOLE}/mandats/{a_mandate().mandate_id}/retirer")

    assert "La personne est avertie du retrait, sans la raison." in page.text


def test_the_last_access_manager_stays(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["revoke_mandate"] = LastAccessManager()
    address = f"{CONSOLE}/mandats/{a_mandate().mandate_id}/retirer"

    answer = browser.press(address, reason="Départ")

    assert answer.status_code == 422
    assert "ne peut pas être retiré" in soup(answer).text


def test_no_access_manager_is_explained_with_the_way_to_csam(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["request_role"] = NoAccessManager(help_url="https://csam.example.org/gap")

    answer = browser.press("/entreprises/ajouter", bce_number="0206.731.645", role="reader")

    page = soup(answer)
    assert "représentants légaux" in page.text
    assert page.find("a", href="https://csam.example.org/gap") is not None


def test_a_wrong_enterprise_number_never_reaches_delegation(browser: Browser, manager: RecordingRpc) -> None:
    answer = browser.press("/entreprises/ajouter", bce_number="0403.019.262", role="reader")

    assert answer.status_code == 422
    assert soup(answer).find(id="bce_number")["aria-invalid"] == "true"
    assert manager.calls("request_role") == []


def test_a_deleted_account_is_named_as_one(browser: Browser, manager: RecordingRpc) -> None:
    withdrawn = a_role_request(
        role_request_id=REQUEST, person_id=uuid4(), requester_name="", state="withdrawn", decided_at=NOON
    )
    someone = {"person_id": uuid4(), "person_name": None}
    manager.answers |= {
        "list_role_requests": [withdrawn],
        "list_people_of": [
            a_mandate(**someone, role="access_manager"),
            a_mandate(**someone, role="signatory", valid_until=date(2025, 12, 31), state="revoked"),
        ],
    }

    page = browser.get(CONSOLE)

    designated, erased, asked = [title.text.strip() for title in page.select(".rows .row-title")]
    assert designated.startswith("Gestionnaire désigné via CSAM")
    assert erased == asked == "Compte supprimé"
    assert page.select("details.panel .state")[0].text == "Retirée"
    assert browser.get(DECIDE).h1.text == "Demande d’un compte supprimé"


def test_a_request_that_was_withdrawn_was_not_refused(browser: Browser, manager: RecordingRpc) -> None:
    withdrawn = a_role_request(role_request_id=REQUEST, state="withdrawn", decided_at=NOON)
    manager.answers["list_my_role_requests"] = [withdrawn]

    page = browser.get(f"/entreprises/demandes/{REQUEST}")

    assert page.h1.text == "Votre demande est retirée"
    assert "refusée" not in page.text


@pytest.mark.parametrize(
    ("facts", "badge", "advice"),
    [
        ({"has_access_manager": False}, "Sans gestionnaire d’accès", "Un de ses représentants légaux doit en désigner"),
        ({"state": "struck_off"}, "Radiée de la BCE", "Ses dossiers restent lisibles"),
        ({"state": "struck_off", "has_access_manager": False}, "Radiée de la BCE", "Ses dossiers restent lisibles"),
    ],
)
def test_who_acts_for_an_enterprise_that_is_left_alone_learns_what_helps(
    browser: Browser, facts: dict[str, Any], badge: str, advice: str
) -> None:
    browser.sign_in()
    browser.rpc.answers |= {
        "list_my_enterprises": [an_access(**facts)],
        "list_my_role_requests": [],
        "list_my_invitations": [],
        "list_dossiers": [],
    }

    assert badge in browser.get("/entreprises").text
    assert advice in browser.get(f"/entreprises/{ATELIERS}").text


def test_a_role_is_accepted_for_some_procedures_of_one_establishment(browser: Browser, manager: RecordingRpc) -> None:
    browser.press(
        f"{DECIDE}/accepter", on=DECIDE, valid_until="", procedure_categories=["taxes"], establishment_number=AT_MONS
    )

    given = manager.calls("accept_role_request")[0].arguments
    assert (given["procedure_categories"], given["establishment_number"]) == (["taxes"], AT_MONS)


def test_without_a_choice_a_role_is_for_all(browser: Browser, manager: RecordingRpc) -> None:
    browser.press(INVITE, by="email", email="e@example.org", role="reader", valid_until="", establishment_number="")

    given = manager.calls("invite_person")[0].arguments
    assert (given["procedure_categories"], given["establishment_number"]) == ([], None)


def test_what_there_is_to_choose_from_is_the_enterprises_and_the_catalogues(
    browser: Browser, manager: RecordingRpc
) -> None:
    page = browser.get(INVITE)

    assert [box["value"] for box in page.select("[name=procedure_categories]")] == ["economy", "taxes"]
    assert [option["value"] for option in page.select("[name=establishment_number] option")] == ["", AT_MONS]
    answer = browser.press(INVITE, by="email", email="e@example.org", role="reader", procedure_categories=["elections"])
    assert (answer.status_code, manager.calls("invite_person")) == (422, [])


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"valid_until": "31/12/2027"}, "Cette date n’est pas valable."),
        ({"role": "king"}, "Ce choix n’est pas, ou n’est plus, parmi ceux qui sont proposés."),
        ({"procedure_categories": ["elections"]}, "Ce choix n’est pas, ou n’est plus, parmi ceux qui sont proposés."),
    ],
)
def test_an_answer_that_is_none_is_told_in_our_own_words(
    browser: Browser, manager: RecordingRpc, typed: dict[str, Any], sentence: str
) -> None:
    answer = browser.press(INVITE, **{"by": "email", "email": "e@example.org", "role": "reader"} | typed)

    assert (answer.status_code, manager.calls("invite_person")) == (422, [])
    assert sentence in soup(answer).select_one(".error-summary").text


def test_where_there_is_no_choice_none_is_offered(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers |= {"list_establishments": [], "search_procedures": []}

    page = browser.get(INVITE)

    assert page.select("[name=procedure_categories], [name=establishment_number]") == []


REVOKE = f"{CONSOLE}/mandats/{MANDATE}/retirer"


def test_what_an_access_manager_gave_goes_with_his_role_where_that_is_wished(
    browser: Browser, manager: RecordingRpc
) -> None:
    his = a_mandate(person_id=uuid4(), role="access_manager", permissions=["mandate.manage"])
    manager.answers |= {"list_people_of": [his], "list_stranded": []}

    browser.press(REVOKE, reason="Fraude.", cascade="y")
    browser.press(REVOKE, reason="Départ.")

    assert [call.arguments["cascade"] for call in manager.calls("revoke_mandate")] == [True, False]


@pytest.mark.parametrize("state", ["revoked", "expired"])
def test_of_a_role_that_has_ended_nothing_is_taken_away(browser: Browser, manager: RecordingRpc, state: str) -> None:
    manager.answers |= {"list_people_of": [a_mandate(state=state)], "list_stranded": []}

    page = browser.get(REVOKE)

    assert "a déjà pris fin" in page.main.text
    assert not page.select("main form")
    assert page.main.find("a", href=f"{CONSOLE}/mandats/{MANDATE}/dossiers")


def test_who_decides_sees_that_the_requester_has_a_suspended_role_there(
    browser: Browser, manager: RecordingRpc
) -> None:
    asker = uuid4()
    rests = {"state": "suspended", "suspended_at": NOON}
    manager.answers |= {
        "list_role_requests": [a_role_request(role_request_id=REQUEST, person_id=asker)],
        "list_people_of": [a_mandate(person_id=asker, **rests), a_mandate(uuid4(), person_id=uuid4(), **rests)],
    }

    (notice,) = browser.get(DECIDE).select("main .notice")

    assert "le rôle «\u00a0Lecteur\u00a0», suspendu depuis le 15\u00a0octobre 2024" in notice.text
    assert [link["href"] for link in notice.select("a")] == [f"{CONSOLE}/mandats/{MANDATE}"]


@pytest.mark.parametrize("address", [INVITE, f"{CONSOLE}/mandataires/donner"])
def test_who_gives_a_role_steps_up_before_he_fills_in(browser: Browser, manager: RecordingRpc, address: str) -> None:
    browser.sign_in(level=200)

    assert browser.client.get(address).headers["Location"] == "/connexion?niveau=350"
    with browser.client.session_transaction() as session:
        assert session["wish"]["path"] == address
    assert browser.client.get(REVOKE).status_code == 200


def test_who_gave_nothing_leaves_nothing_to_take_back(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["list_stranded"] = []

    assert not browser.get(REVOKE).select("[name=cascade]")
