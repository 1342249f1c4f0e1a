"""French first: every sentence is marked for translation and set as French is printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo

import services.portal
from chassis.clock import Clock
from services.portal import languages
from services.portal.app import create_app
from services.portal.settings import PortalSettings
from tests.unit.portal.builders import NOON, RecordingRpc
from tests.unit.portal.conftest import Browser, soup

ROOT = Path(services.portal.__file__).parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# Names, not sentences.
NAMES = {"Mon Espace", "– Mon Espace"}


def test_the_sentences_can_be_extracted() -> None:
    found = {message for _, _, message, _, _ in extract_from_dir(str(ROOT), METHODS) if isinstance(message, str)}

    assert "Me connecter" in found
    assert len(found) > 300


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_every_sentence_of_a_template_is_marked(template: Path) -> None:
    text = template.read_text()
    for code in (r"\{#.*?#\}", r"\{%.*?%\}", r"\{\{.*?\}\}", r"<svg.*?</svg>", r"<[^<>]*>", r"&[#\w]+;"):
        text = re.sub(code, " ", text, flags=re.DOTALL)
    # What is left of attributes is in small letters.
    left = {line.strip() for line in text.splitlines() if re.search(r"[A-ZÀ-Ý][a-zà-ÿ]|[à-ÿ’]", line)}

    assert left <= NAMES


def test_a_line_never_breaks_before_a_high_sign() -> None:
    wrong = []
    for _, line, message, _, _ in extract_from_dir(str(ROOT), METHODS):
        for sentence in message if isinstance(message, tuple) else (message,):
            if isinstance(sentence, str) and re.search(r" [;:!?»](\s|$)|« ", sentence):
                wrong.append((line, sentence))

    assert not wrong


def test_a_compiled_catalogue_makes_the_pages_speak_its_language(
    settings: PortalSettings, rpc: RecordingRpc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = Catalog(locale="en")
    catalogue.add("Me connecter", "Sign in")
    (tmp_path / "en" / "LC_MESSAGES").mkdir(parents=True)
    with (tmp_path / "en" / "LC_MESSAGES" / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setattr(languages, "TRANSLATIONS", str(tmp_path))
    client = create_app(settings, rpc, Clock(NOON)).test_client()

    def welcome(language: str) -> str:
        with client.session_transaction() as session:
            session["language"] = language
        return client.get("/").get_data(as_text=True)

    assert "Sign in" in welcome("en")
    assert '<html lang="en">' in welcome("en")
    # Nobody has translated this one yet: French, and said to be French.
    assert "Me connecter" in welcome("de")
    assert '<html lang="fr">' in welcome("de")


def test_the_language_chosen_by_who_is_signed_in_is_told_to_identity(browser: Browser) -> None:
    browser.sign_in()

    answer = browser.press("/langue", on="/aide", language="nl", back="/profil")

    assert answer.headers["Location"] == "/profil"
    assert browser.rpc.calls("choose_language")[0].arguments["language"] == "nl"


@pytest.mark.parametrize(
    ("form", "page"),
    [
        ("/entreprises/ajouter", "/entreprises/ajouter"),
        ("/agents/suppressions/personnel-enseignant", "/agents/suppressions"),
    ],
)
@pytest.mark.parametrize("menu", ["/langue", "/cookies"])
def test_the_menus_on_a_form_with_a_mistake_lead_back_to_it(browser: Browser, form: str, page: str, menu: str) -> None:
    browser.sign_in(roles=["agent"])
    browser.rpc.answers["list_account_deletions"] = []
    sent = {"data": browser.csrf(), "headers": {"Referer": f"http://localhost{page}"}}

    answer = browser.client.post(form, **sent)

    assert answer.status_code == 422
    back = soup(answer).select_one(f'form[action="{menu}"] input[name="back"]')["value"]
    assert back.rstrip("?") == page


def test_the_way_back_from_the_language_menu_stays_with_us(browser: Browser) -> None:
    answer = browser.press("/langue", on="/aide", language="nl", back="//evil.example.org")

    assert answer.headers["Location"] == "/"


def test_the_notice_on_data_leads_to_what_she_can_do_herself(browser: Browser) -> None:
    browser.sign_in()

    for address in ("/protection-des-donnees", "/espace-citoyen/protection-des-donnees"):
        page = browser.get(address)
        links = {link["href"] for link in page.select("main a")}
        assert {"/profil/mes-donnees", "/profil/suppression"} <= links
        assert "personne d’autre" not in page.text
        for held in ("eIDAS", "téléphone", "navigateur", "adresse du réseau"):
            assert held in page.main.text


METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
