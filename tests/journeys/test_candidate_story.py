"""A candidate contests the communal election of 13 October 2024 in his own name: CDLD, art. L4146-20.

The clock stands at 15 October 2024; the PV of Namur is of the 14th, so the term runs until the 22nd.
"""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from tests.cast import HUGO, IRENE
from tests.journeys.machine import wait_for
from tests.journeys.pdf import a_pdf
from tests.journeys.people import EID, Person, eventually

LOOKED_AT = True
BROKERS = ("development broker",)
TODAY = datetime(2024, 10, 15, 7, tzinfo=UTC)
ENVIRONMENT = {"NOW": TODAY.isoformat()}


@pytest.fixture(scope="module")
def hugo(machine):
    return Person.at(machine, HUGO)


@pytest.fixture(scope="module")
def story():
    """What one chapter leaves to the next."""
    return {}


def test_the_moved_clock_is_everybodys_and_goes_on_in_who_was_killed(machine):
    machine.kill("run dossiers")
    wait_for(lambda: "dossiers ended with signal SIGKILL" in machine.told)
    wait_for(lambda: machine.is_ready("dossiers"), 60)

    with psycopg.connect(machine.database_url("delegation")) as connection:
        (announced,) = connection.execute("SELECT min(occurred_at) FROM outbox").fetchone()

    assert timedelta(0) <= announced - TODAY < timedelta(minutes=10)
    assert "It is 2024-10-15 07:0" in machine.told


def test_the_procedure_is_found_with_few_words(hugo):
    for words in ("introduction", "réclamation", "élections locales", "reclamtion"):
        hugo.browser.open("/demarches").press("Rechercher", {"Rechercher une démarche": words})
        assert hugo.browser.has_link("Élections locales du 13 octobre 2024"), words
    hugo.browser.open("/demarches").press("Rechercher", {"Rechercher une démarche": "immo"})
    assert hugo.browser.has_link("Contester le précompte immobilier")


def test_his_coordinates_and_commune_are_locked(hugo, story):
    browser = hugo.browser
    browser.open("/demarches").follow("Élections locales du 13 octobre 2024").press("Remplir")
    hugo.sign_in(with_=EID, from_=None)
    hugo.open_citizen_space()
    story["dossier"] = browser.path.split("/")[2]
    assert browser.value_of("Nom") == HUGO.surname
    assert browser.is_locked("Domicile")

    browser.press("Étape suivante")
    browser.press("Étape suivante", {"Communales": True})
    browser.press("Étape suivante")

    assert browser.error_at("Liste électorale")
    assert browser.value_of("Commune") == "Namur"
    assert browser.is_locked("Commune")


def test_a_locked_field_cannot_be_changed_from_outside(hugo):
    form = hugo.browser.soup.find("form", attrs={"data-autosave": True})
    token = form.find("input", attrs={"name": "csrf_token"})["value"]
    command_id = form.find("input", attrs={"name": "command_id"})["value"]
    hugo.browser.session.post(
        hugo.browser.url,
        data={
            "csrf_token": token,
            "command_id": command_id,
            "asked": ["election", "commune"],
            "election": "communal",
            "commune": "Liège",
            "go": "later",
        },
        headers={"Referer": hugo.browser.url},
        timeout=30,
    )

    assert hugo.browser.open(hugo.browser.url).value_of("Commune") == "Namur"


def test_not_all_pieces_opens_a_complement_due_four_days_after_the_deposit(hugo, machine, story):
    browser = hugo.browser
    browser.press("Étape suivante", {"Communales": True, "Liste électorale": "Liste 3"})
    browser.press("Étape suivante", {"Je ne dispose pas de l'ensemble des pièces": True})
    browser.press(
        "Étape suivante",
        {
            "Je déclare sur l'honneur avoir été candidat": True,
            "Je déclare sur l'honneur que les informations": True,
        },
    )
    browser.press("Valider")
    assert browser.title == "Votre formulaire est validé"
    browser.follow("Soumettre")
    assert "Réclamation datée et signée" in browser.text
    hugo.add_file("Réclamation datée et signée", "reclamation.pdf")
    browser.follow("Soumettre").press("Confirmer")

    story["reference"] = browser.soup.select_one("dd.reference").get_text(strip=True)
    assert "19 octobre 2024 à 23:59" in browser.text.replace("23 h 59", "23:59").replace("23h59", "23:59")
    machine.wait_for_mail(HUGO.email, f"Accusé de réception du dossier {story['reference']}")
    asked = machine.wait_for_mail(HUGO.email, f"{story['reference']} : des renseignements complémentaires")
    assert "19 octobre 2024" in asked["text"].replace("\u00a0", " ").replace("\u202f", " ")


def test_he_adds_the_missing_pieces_in_the_yellow_box(hugo, story):
    browser = eventually(hugo.browser, "/accueil", "Une action est attendue de vous")
    browser.open(f"/dossiers/{story['dossier']}")
    assert "Les pièces de votre réclamation" in browser.soup.select_one(".notice-warning").get_text()
    browser.press("Ajouter au dossier", {"Ajouter des fichiers": ("pieces.pdf", a_pdf("Pièces"), "application/pdf")})
    browser.press("Envoyer la réponse", {"Votre réponse": "Toutes les pièces."})

    assert browser.soup.select_one(".complement") is None


def test_an_agent_decides(hugo, machine, story):
    irene = Person.at(machine, IRENE)
    irene.sign_in(with_=EID)
    irene.go("/agents").follow("Élections locales", within=story["reference"])
    irene.browser.press("Prendre en charge")
    irene.browser.follow("Décider")
    irene.browser.press("Prendre la décision", {"Réclamation non fondée": True, "Motivation": "Motifs."})

    machine.wait_for_mail(HUGO.email, f"{story['reference']} : une décision a été prise")
