"""Every page can be drawn for who may see it, and holds to what all pages promise."""

from __future__ import annotations

from uuid import uuid4

import pytest
from bs4 import BeautifulSoup, Tag

from contracts.errors import NotFound
from contracts.exports import PersonExport
from contracts.identity import ContactView
from tests.unit.portal.access_builders import MANDATE, a_mandate, an_invitation
from tests.unit.portal.account_builders import (
    a_conflict,
    a_deletion,
    a_deletion_case,
    a_profile,
    a_session,
    an_act,
    an_outlook,
)
from tests.unit.portal.builders import (
    AMELIE,
    ATELIERS,
    DOSSIER,
    NOON,
    RecordingRpc,
    a_complement,
    a_dossier,
    a_dossier_summary,
    a_file,
    a_message,
    a_procedure,
    a_role_request,
    a_submitted_dossier,
    an_access,
    an_establishment,
)
from tests.unit.portal.conftest import Browser, soup
from tests.unit.portal.form_builders import a_choice, a_field, a_form, a_heading, a_section

REQUEST = uuid4()
DELETION = uuid4()
IDENTITY = uuid4()

PUBLIC = [
    "/",
    "/aide",
    "/cookies",
    "/accessibilite",
    "/protection-des-donnees",
    "/connexion",
    "/connexion?niveau=400",
    "/demarches",
    "/demarches?recherche=immo&public=citizen",
    "/demarches/prime-investissement",
    "/au-revoir",
    "/confirmer/a-secret",
    "/invitations/a-secret",
    "/espace-citoyen/confirme",
    "/adresse-confirmee",
]
SIGNED_IN = [
    "/nouveautes",
    "/espaces",
    "/espace-citoyen/protection-des-donnees",
    "/accueil",
    "/dossiers",
    "/dossiers?recherche=prime",
    "/profil",
    "/profil/sessions",
    "/profil/adresses",
    "/profil/adresses/citizen",
    f"/profil/adresses/{ATELIERS}",
    "/profil/suppression",
    "/profil/mes-donnees",
    "/adresse-confirmee",
    "/guichets-partenaires",
    "/messages",
    "/entreprises",
    "/entreprises/ajouter",
    "/entreprises/roles",
    f"/entreprises/demandes/{REQUEST}",
    f"/entreprises/{ATELIERS}",
    f"/entreprises/{ATELIERS}/dossiers",
    f"/entreprises/{ATELIERS}/acces",
    f"/entreprises/{ATELIERS}/acces/demandes/{REQUEST}",
    f"/entreprises/{ATELIERS}/acces/inviter",
    f"/entreprises/{ATELIERS}/acces/confirmer",
    f"/entreprises/{ATELIERS}/acces/mandats/{MANDATE}",
    f"/entreprises/{ATELIERS}/acces/mandataires",
    f"/entreprises/{ATELIERS}/acces/mandataires/donner",
    f"/entreprises/{ATELIERS}/acces/mandats/{MANDATE}/retirer",
    "/invitations/a-secret",
    "/agents",
    "/agents/suppressions",
    f"/agents/suppressions/{DELETION}",
    "/agents/eidas",
    f"/agents/eidas/{IDENTITY}",
]
DRAFT = [
    f"/dossiers/{DOSSIER}",
    f"/dossiers/{DOSSIER}/formulaire/all",
    f"/dossiers/{DOSSIER}/pieces",
    f"/dossiers/{DOSSIER}/validation",
    f"/dossiers/{DOSSIER}/soumission",
    f"/dossiers/{DOSSIER}/soumettre",
]
SUBMITTED = [
    f"/dossiers/{DOSSIER}",
    f"/dossiers/{DOSSIER}/accuse-de-reception",
    f"/agents/dossiers/{DOSSIER}",
    f"/agents/dossiers/{DOSSIER}/demander-un-complement",
    f"/agents/dossiers/{DOSSIER}/decider",
]


@pytest.fixture
def full_rpc(rpc: RecordingRpc) -> RecordingRpc:
    """Services that know something about everything."""
    manager = an_access(roles=["access_manager"], permissions=["dossier.read", "dossier.draft", "mandate.manage"])
    rpc.answers |= {
        "search_procedures": [a_procedure(), a_procedure(slug="other", is_open=False)],
        "get_procedure": a_procedure(closes_at=NOON, audiences=["citizen", "professional"]),
        "list_dossiers": [a_dossier_summary(must_act=True), a_dossier_summary(state="draft", reference=None)],
        "list_queue": [a_dossier_summary(), a_dossier_summary(procedure="other", is_late=True)],
        "get_profile": a_profile(),
        "list_messages": [a_message(kind) for kind in ("role_granted", "dossier_submitted", "of_a_newer_version")],
        "list_my_enterprises": [manager],
        "list_my_role_requests": [a_role_request(role_request_id=REQUEST, managers_without_address=1)],
        "list_role_requests": [
            a_role_request(role_request_id=REQUEST, person_id=uuid4()),
            a_role_request(state="refused", reason="Inconnue"),
        ],
        "list_my_invitations": [an_invitation()],
        "list_invitations": [an_invitation(), an_invitation(state="expired")],
        "get_invitation": an_invitation(),
        "list_sessions": [a_session(is_this=True), a_session(means=None, browser="", address="")],
        "list_contacts": [
            ContactView(space="citizen", email="amelie@example.org", awaiting_email="nouvelle@example.org"),
            ContactView(space="0206731645", email=None, awaiting_email="a@example.org"),
        ],
        "get_account_deletion": an_outlook(open_dossiers=1, current=a_deletion(state="refused")),
        "list_managed_alone": [manager],
        "export_person": PersonExport(service="identity", holds={}, acts=[an_act(), an_act(actor=str(AMELIE))]),
        "list_account_deletions": [a_deletion_case(deletion=a_deletion(deletion_id=DELETION), email=None)],
        "get_account_deletion_case": a_deletion_case(deletion=a_deletion(deletion_id=DELETION), email=None),
        "list_european_conflicts": [a_conflict(identity_id=IDENTITY)],
        "get_european_conflict": a_conflict(identity_id=IDENTITY),
        "list_establishments": [an_establishment()],
        "list_enterprise_mandates": [],
        "list_people_of": [
            a_mandate(),
            a_mandate(mandate_id=uuid4(), person_name=None, state="expired"),
            a_mandate(mandate_id=uuid4(), person_id=uuid4(), permissions=["dossier.read", "dossier.draft"]),
        ],
        "list_to_confirm": [
            a_mandate(valid_until=NOON.date(), confirm_by=NOON.date()),
            a_mandate(mandate_id=uuid4(), person_id=uuid4(), valid_until=NOON.date(), confirm_by=NOON.date()),
        ],
        "list_stranded": [a_dossier_summary(must_act=True), a_dossier_summary(state="draft", reference=None)],
    }
    return rpc


@pytest.mark.parametrize("address", PUBLIC)
def test_a_stranger_sees_the_public_pages(browser: Browser, full_rpc: RecordingRpc, address: str) -> None:
    assert_proper(browser, address)


@pytest.mark.parametrize("address", SIGNED_IN)
def test_who_is_signed_in_sees_her_pages(browser: Browser, full_rpc: RecordingRpc, address: str) -> None:
    browser.sign_in(roles=["agent"], erases_at=NOON)

    assert_proper(browser, address)


@pytest.mark.parametrize("address", DRAFT)
def test_a_draft_has_its_pages(browser: Browser, full_rpc: RecordingRpc, address: str) -> None:
    browser.sign_in()
    full_rpc.answers["get_dossier"] = a_full_draft()

    assert_proper(browser, address)


@pytest.mark.parametrize("address", SUBMITTED)
def test_a_submitted_dossier_has_its_pages(browser: Browser, full_rpc: RecordingRpc, address: str) -> None:
    browser.sign_in(roles=["agent"])
    full_rpc.answers["get_dossier"] = a_submitted_dossier(
        form=a_full_form(),
        answers={"lines": [{"name": "Mons"}]},
        complements=[a_complement(state="answered", answered_at=NOON, answer="Voici."), a_complement()],
        attachments=[a_file()],
        may=["claim", "request_complement", "decide", "answer_complement"],
        is_late=True,
        bce_number=ATELIERS,
        outcome="granted",
        motivation="Tout est en ordre.",
    )

    assert_proper(browser, address)


def test_a_citizen_space_not_made_yet_asks_for_the_address_of_csam(browser: Browser, full_rpc: RecordingRpc) -> None:
    browser.sign_in(citizen_space="absent")
    full_rpc.answers["get_profile"] = a_profile(awaiting_email=None)

    page = assert_proper(browser, "/espace-citoyen/creation")

    field = page.find(id="email")
    assert isinstance(field, Tag)
    assert field["value"] == "amelie@example.org"


def test_the_waiting_page_names_the_address_written_to(browser: Browser, full_rpc: RecordingRpc) -> None:
    browser.sign_in(citizen_space="awaiting")

    assert "nouvelle@example.org" in assert_proper(browser, "/espace-citoyen/confirmation").text


def assert_proper(browser: Browser, address: str) -> BeautifulSoup:
    response = browser.client.get(address)
    assert response.status_code == 200, address
    page = soup(response)
    assert len(page.select("h1")) == 1
    assert page.title is not None
    assert page.title.text.endswith(" – Mon Espace")
    assert "078 79 01 02" in page.text
    assert "aideenligne@wallonie.be" in page.text
    assert "None" not in page.text
    for element in page.find_all(True):
        assert not element.has_attr("style"), element
        assert not [name for name in element.attrs if name.startswith("on")], element
    assert all(script.has_attr("src") for script in page.find_all("script"))
    for form in page.find_all("form", method="post"):
        assert form.find("input", attrs={"name": "csrf_token"}), form
    identifiers = [element["id"] for element in page.find_all(id=True)]
    assert len(identifiers) == len(set(identifiers))
    for field in page.select("input:not([type=hidden]), select, textarea"):
        assert page.find("label", attrs={"for": field.get("id")}), field
    for described in page.select("[aria-describedby]"):
        assert all(page.find(id=name) for name in str(described["aria-describedby"]).split()), described
    return page


def a_full_form() -> dict[str, object]:
    when = {"field": "kind", "equals": ["other"]}
    section = a_section(
        "all",
        a_field("locked", locked=True, value="Namur"),
        a_field("text", required=True, help={"fr": "Une aide ?"}),
        a_field("long", "textarea"),
        a_field("mail", "email"),
        a_field("amount", "number", unit="EUR", decimals=2),
        a_field("on", "date", min="2024-01-01"),
        a_field("kind", "choice", choices=[a_choice("this"), a_choice("other")], display="radio"),
        a_field("more", "choice", choices=[a_choice("a", when=when, applies=False)], when=when, applies=False),
        a_field("box", "checkbox"),
        a_field("sworn", "declaration", required=True),
        a_field("lines", "group", fields=[a_field("name")], min_items=0, max_items=3, item_label={"fr": "Ligne"}),
    )
    return a_form(section, attachments=[a_heading("quote"), a_heading("late", step="submission", required=False)])


def a_full_draft() -> object:
    declaration = a_file("declaration", file_name="declaration.pdf")
    return a_dossier(
        form=a_full_form(),
        answers={"locked": "Namur", "lines": [{"name": "Mons"}], "amount": "12500.50"},
        attachments=[declaration, a_file()],
        declaration_id=declaration.attachment_id,
        may=["edit", "validate", "submit"],
        late=True,
        late_since=NOON,
    )


def test_what_an_invitation_is_limited_to_is_told_before_it_is_accepted(
    browser: Browser, full_rpc: RecordingRpc
) -> None:
    browser.sign_in()
    limited = an_invitation(procedure_categories=["taxes"])
    full_rpc.answers |= {"get_invitation": limited, "list_my_invitations": [limited]}

    for address in ("/invitations/secret", "/entreprises"):
        assert "Fiscalité" in browser.get(address).text


def test_who_acts_since_a_moment_ago_has_her_space_though_dossiers_shows_her_none(
    browser: Browser, full_rpc: RecordingRpc
) -> None:
    browser.sign_in()
    full_rpc.answers |= {"list_my_enterprises": [an_access()], "list_dossiers": NotFound()}

    for address in (f"/entreprises/{ATELIERS}", f"/entreprises/{ATELIERS}/dossiers"):
        assert browser.client.get(address).status_code == 200
