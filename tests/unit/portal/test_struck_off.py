"""An enterprise that is struck off: its console, and the invitations to it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from contracts.delegation import EnterpriseUnknown
from tests.unit.portal.access_builders import an_invitation
from tests.unit.portal.builders import ATELIERS, RecordingRpc, a_role_request, an_access
from tests.unit.portal.conftest import Browser

REQUEST, INVITATION = uuid4(), uuid4()
CONSOLE = f"/entreprises/{ATELIERS}/acces"
BY_LINK, LISTED, MINE = "/invitations/a-secret", "/entreprises", f"/entreprises/invitations/{INVITATION}"
INVITE, DECIDE, MANDATE = f"{CONSOLE}/inviter", f"{CONSOLE}/demandes/{REQUEST}", f"{CONSOLE}/mandataires/donner"


@pytest.fixture
def manager(browser: Browser) -> RecordingRpc:
    browser.sign_in()
    browser.rpc.answers |= {
        "list_my_enterprises": [an_access(permissions=["dossier.read", "mandate.manage"])],
        "list_role_requests": [a_role_request(role_request_id=REQUEST, person_id=uuid4())],
        "list_people_of": [],
        "list_invitations": [],
    }
    return browser.rpc


@pytest.mark.parametrize(
    ("act", "address", "page", "typed"),
    [
        ("invite_person", INVITE, INVITE, {"by": "email", "email": "elodie@example.org", "role": "reader"}),
        ("accept_role_request", f"{DECIDE}/accepter", DECIDE, {"valid_until": ""}),
    ],
)
def test_an_enterprise_struck_off_in_the_meantime_is_told_as_such(
    browser: Browser, manager: RecordingRpc, act: str, address: str, page: str, typed: dict[str, str]
) -> None:
    manager.answers[act] = EnterpriseUnknown(bce_number=ATELIERS)

    answer = browser.press(address, on=page, **typed)

    assert (answer.status_code, answer.location) == (303, CONSOLE)
    assert "plus personne ne peut y recevoir de rôle" in browser.get(CONSOLE).text


def test_in_a_struck_off_enterprise_nothing_is_offered_that_would_fail(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers |= {
        "list_my_enterprises": [an_access(permissions=["dossier.read", "mandate.manage"], state="struck_off")],
        "list_invitations": [an_invitation()],
    }

    console, invite, decide = browser.get(CONSOLE), browser.get(INVITE), browser.get(DECIDE)
    mandate = browser.get(MANDATE)

    for page in (console, invite, decide, mandate):
        assert "plus personne ne peut y recevoir de rôle" in page.text
    assert console.find("a", href=INVITE) is None
    assert [form["action"].rsplit("/")[-1] for form in console.select("main form")] == ["retirer"]
    assert invite.select("main form") == mandate.select("main form") == []
    assert [form["action"] for form in decide.select("main form")] == [f"{DECIDE}/refuser"]


@pytest.fixture
def invited(browser: Browser) -> RecordingRpc:
    """Who sits at the browser was invited before the enterprise was struck off."""
    browser.sign_in()
    struck_off = an_invitation(invitation_id=INVITATION, enterprise_state="struck_off")
    browser.rpc.answers |= {
        "get_invitation": struck_off,
        "list_my_role_requests": [],
        "list_my_invitations": [struck_off],
        "accept_invitation": EnterpriseUnknown(bce_number=ATELIERS),
    }
    return browser.rpc


@pytest.mark.parametrize(("page", "declines"), [(BY_LINK, f"{BY_LINK}/decliner"), (LISTED, f"{MINE}/decliner")])
def test_who_was_invited_to_a_struck_off_enterprise_sees_what_helps_and_may_decline(
    browser: Browser, invited: RecordingRpc, page: str, declines: str
) -> None:
    shown = browser.get(page)

    assert "guichet d’entreprises agréé" in shown.main.text
    assert [form["action"] for form in shown.select("main form")] == [declines]


@pytest.mark.parametrize(("accepts", "page"), [(BY_LINK, BY_LINK), (MINE, f"{LISTED}#invitations")])
def test_who_accepts_once_it_is_struck_off_comes_back_to_where_that_is_said(
    browser: Browser, invited: RecordingRpc, accepts: str, page: str
) -> None:
    answer = browser.client.post(accepts, data=browser.csrf())

    assert (answer.status_code, answer.location) == (303, page)
    assert "L’invitation n’a pas pu être acceptée." in browser.get(page).text
