"""A German signs in with eIDAS, looks after her account, and wants to leave; her twin mixes up their numbers."""

import json
from dataclasses import replace

import pytest

from tests.cast import AMELIE, HANNA, IRENE, JOHANNA
from tests.journeys.people import EID, Person, eventually, link_in

LOOKED_AT = True
BROKERS = ("RabbitMQ",)
EIDAS = "Moyen d’identification européen"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0"
TELEPHONE = "+49 151 23456789"


@pytest.fixture(scope="module")
def johanna(machine):
    return Person.at(machine, JOHANNA)


@pytest.fixture(scope="module")
def hanna(machine):
    return Person.at(machine, HANNA)


@pytest.fixture(scope="module")
def irene(machine):
    irene = Person.at(machine, IRENE)
    irene.sign_in(with_=EID)
    return irene


def give_number(person, number):
    return person.browser.press(
        "Continuer",
        {
            "Numéro d’identification national belge": number,
            "Adresse e-mail": person.cast.email,
            "Numéro de téléphone": TELEPHONE,
        },
    )


def test_the_first_time_with_eidas_she_gives_her_national_number(johanna, machine):
    johanna.sign_in(with_=EIDAS)
    assert johanna.browser.title == "Première identification avec eIDAS"
    assert "Allemagne" in johanna.browser.text
    give_number(johanna, "84031299939")
    assert "n’est pas valable" in johanna.browser.error_at("Numéro d’identification national belge")
    give_number(johanna, IRENE.national_number)
    assert "ne vous connaît pas sous ce numéro" in johanna.browser.text

    give_number(johanna, JOHANNA.national_number)
    johanna.read_notices()
    johanna.open_citizen_space()

    machine.wait_for_mail(JOHANNA.email, "DE")
    assert "Allemagne" in johanna.go("/profil").text


def test_the_next_time_her_european_means_is_enough(johanna):
    johanna.browser.press("Me déconnecter")
    assert johanna.browser.has_link("CSAM")

    johanna.sign_in(with_=EIDAS)

    assert johanna.go("/profil").title == "Mon profil"


def test_her_twin_gives_the_wrong_number_and_waits_for_an_agent(hanna, machine):
    hanna.sign_in(with_=EIDAS)
    give_number(hanna, JOHANNA.national_number)

    assert hanna.browser.title == "Un agent doit examiner votre identification"
    machine.wait_for_mail(JOHANNA.email, "hat Ihre nationale Nummer angegeben")


def test_the_agent_leaves_the_number_where_it_is(irene, hanna, machine):
    irene.go("/agents/eidas").follow("Hanna Hoffmann")
    assert "Johanna Hoffmann" in irene.browser.text
    irene.browser.press("Décider", {"Laisser le numéro": True})
    assert irene.browser.error_at("Motivation")
    irene.browser.press("Décider", {"Laisser le numéro": True, "Motivation": "Ihre Nummer ist eine andere."})
    assert "Aucun numéro" in irene.browser.text

    mail = machine.wait_for_mail(HANNA.email, "Ihre Nummer ist eine andere.")
    hanna.browser.open(link_in(mail, "/connexion"))
    hanna.sign_in(with_=EIDAS, from_=None)
    give_number(hanna, HANNA.national_number)
    hanna.read_notices()
    assert "Autriche" in hanna.go("/profil").text


def test_she_ends_the_session_of_another_browser(johanna, machine):
    elsewhere = Person.at(machine, JOHANNA)
    elsewhere.browser.session.headers["User-Agent"] = FIREFOX
    elsewhere.sign_in(with_=EIDAS)

    johanna.go("/profil/sessions").press("Terminer cette session", within="Firefox, Windows")

    assert "Cette session est terminée." in johanna.browser.text
    assert elsewhere.browser.open("/profil").path == "/connexion"


def test_she_changes_her_address(johanna, machine):
    johanna.go("/profil/adresses").follow("Modifier")
    johanna.read_notices()
    johanna.browser.press("Envoyer le lien", {"Adresse e-mail": "johanna.neu@example.org"})
    assert "À confirmer" in johanna.browser.text

    mail = machine.wait_for_mail("johanna.neu@example.org", "/confirmer/")
    johanna.browser.open(link_in(mail, "/confirmer/")).press("Confirmer")

    assert "johanna.neu@example.org" in johanna.go("/profil/adresses").text


def test_she_takes_her_data_along(johanna):
    johanna.go("/profil/mes-donnees")
    assert "Identité européenne liée" in johanna.browser.text

    told = json.loads(johanna.browser.download("Télécharger mes données").content)

    assert JOHANNA.national_number in json.dumps(told)
    assert "johanna.neu@example.org" in json.dumps(told)


def test_with_an_open_dossier_an_agent_decides_about_the_end_of_her_account(johanna, irene, machine):
    submit_complaint(johanna)
    page = eventually(johanna.browser, "/profil/suppression", "Vous avez 1 dossier ouvert")
    page.press("Supprimer mon compte")
    assert page.error_at("Raison de votre demande")
    page.press("Supprimer mon compte", {"Raison de votre demande": "Je déménage."})
    machine.wait_for_mail("johanna.neu@example.org", "/profil/suppression")

    irene.go("/agents/suppressions").follow("Johanna Hoffmann")
    irene.browser.press("Envoyer", {"Message à la personne": "Dürfen wir Sie anrufen?"})
    machine.wait_for_mail("johanna.neu@example.org", "Dürfen wir Sie anrufen?")
    irene.go("/agents/suppressions").follow("Johanna Hoffmann")
    irene.browser.press("Décider", {"Supprimer le compte dans 30 jours": True, "Motivation": "D’accord."})

    eventually(johanna.browser, "/profil/suppression", "Votre compte sera supprimé le")


def test_within_thirty_days_she_stays_after_all(johanna, machine):
    johanna.browser.press("Annuler la suppression")

    machine.wait_for_mail("johanna.neu@example.org", "Die Löschung Ihres Kontos ist zurückgezogen")
    assert johanna.browser.open("/profil/suppression").has_button("Supprimer mon compte")


def test_who_signed_in_weakly_steps_up_and_finds_her_form_as_she_left_it(machine):
    amelie = Person.at(machine, AMELIE)
    amelie.sign_in(with_="Code de sécurité par e-mail")
    amelie.go("/profil/suppression").press("Supprimer mon compte")
    assert amelie.browser.title == "Un moyen d’identification plus sûr est nécessaire"

    tab = Person(machine, AMELIE, replace(amelie.browser))
    tab.browser.follow("M’identifier (nouvel onglet)")
    assert not tab.browser.has_link("Code de sécurité par e-mail")
    tab.sign_in(with_="Code de sécurité par SMS", from_=None)
    amelie.browser.press("Envoyer à nouveau")

    assert "Votre compte sera supprimé le" in amelie.browser.text


def test_a_teacher_cannot_leave(johanna, irene):
    irene.go("/agents/suppressions").press(
        "Enregistrer", {"Numéro de registre national": JOHANNA.national_number, "fait partie": True}
    )

    assert "vous ne pouvez pas supprimer votre compte" in johanna.browser.open("/profil/suppression").text


def submit_complaint(person):
    browser = person.go("/demarches")
    browser.follow("Contester le précompte immobilier").press("Remplir")
    browser.press("Choisir")
    browser.press("Étape suivante")
    browser.press(
        "Étape suivante",
        {"Article du rôle": "1234567890", "Date d'envoi": "2024-09-01", "Motifs de la réclamation": "Trop élevé."},
    )
    browser.press("Étape suivante", {"Je déclare sur l'honneur": True})
    person.add_file("Avertissement-extrait de rôle", "avertissement.pdf")
    browser.follow("Étape suivante").press("Valider")
    browser.follow("Soumettre").press("Confirmer")
    assert browser.soup.select_one("dd.reference")
