"""An enterprise has its accountant act for it: what both sides see and do, from the mandate to its end.

One story in order: each test is a chapter and needs those before it.
"""

import pytest

from tests.cast import ATELIERS, BERNARD, FIDUCIAIRE, KARIM
from tests.journeys.machine import wait_for
from tests.journeys.people import EID, Person, eventually, in_days, link_in

LOOKED_AT = True
BROKERS = ("development broker",)
CONSOLE = f"/entreprises/{ATELIERS.bce_number}/acces"
SPACE = f"/entreprises/{ATELIERS.bce_number}"
PROCEDURE = "/demarches/prime-investissement"


@pytest.fixture(scope="module")
def bernard(machine):
    person = Person.at(machine, BERNARD)
    person.sign_in(with_=EID)
    return person


@pytest.fixture(scope="module")
def karim(machine):
    return Person.at(machine, KARIM)


def test_an_access_manager_mandates_an_office_for_some_procedures(bernard, machine):
    bernard.go(CONSOLE).follow("Mandataires")
    assert "Aucune autre entreprise n’agit pour la vôtre" in bernard.browser.text

    bernard.browser.follow("Donner mandat")
    bernard.browser.press(
        "Donner mandat",
        {
            "Numéro d’entreprise (BCE) du mandataire": "0999.999.922",
            "Rôle donné": "contributor",
            "Valable jusqu’au": in_days(60),
            "Économie et emploi": True,
        },
    )

    assert "Le mandat est donné. Fiduciaire d’Exemple désigne" in bernard.browser.text.replace("'", "’")
    assert "Personne n’est encore désigné" in bernard.browser.text


def test_the_office_is_told_and_assigns_who_does_it(karim, machine):
    mail = machine.wait_for_mail(KARIM.email, "vous confie ses démarches")
    assert ATELIERS.name in mail["subject"]
    karim.sign_in(with_=EID)
    karim.open_citizen_space()

    karim.browser.open(link_in(mail, "/acces/mandataires")).follow(ATELIERS.name)
    karim.browser.press("Désigner", {"Personne qui s’en charge": f"{KARIM.full_name} (vous)"})

    assert "La personne est désignée" in karim.browser.text
    machine.wait_for_mail(KARIM.email, f"Vous pouvez agir pour {ATELIERS.name}")


def test_he_acts_for_the_client_within_what_was_given(karim):
    eventually(karim.browser, "/entreprises", ATELIERS.name)
    karim.browser.follow(ATELIERS.name)
    assert "limité à : Économie et emploi" in karim.browser.text.replace("\u00a0", " ")
    assert "par le mandataire 0999.999.922" in karim.browser.text

    karim.browser.open(PROCEDURE).press("Remplir")

    assert karim.read_notices().path.endswith("/pour-qui")
    eventually(karim.browser, karim.browser.url, ATELIERS.name)
    karim.browser.press("Choisir", within=ATELIERS.name)
    assert karim.browser.path.startswith("/dossiers/")


def test_both_see_the_chain(bernard, karim):
    for person, console, other in (
        (bernard, CONSOLE, FIDUCIAIRE),
        (karim, f"/entreprises/{FIDUCIAIRE.bce_number}/acces", ATELIERS),
    ):
        person.go(f"{console}/mandataires").follow(other.name)
        assert ATELIERS.name in person.browser.text
        assert FIDUCIAIRE.name in person.browser.text
        assert "En cours" in person.browser.text


def test_the_client_suspends_a_person_who_then_is_told_so(bernard, karim, machine):
    bernard.go(CONSOLE).follow(KARIM.full_name)
    bernard.browser.press("Suspendre le rôle", {"Raison de la suspension": "Vérification en cours."})

    assert "Le rôle est suspendu" in bernard.browser.text
    machine.wait_for_mail(KARIM.email, f"Votre accès pour {ATELIERS.name} est suspendu")
    assert karim.browser.open(SPACE).status == 404
    assert karim.browser.title == "Votre rôle est suspendu"
    assert "Rôles suspendus" in karim.browser.open("/entreprises").text
    assert not karim.browser.soup.find("a", href=SPACE)


def test_and_gives_it_back(bernard, karim, machine):
    bernard.go(CONSOLE).follow(KARIM.full_name)
    assert "Suspendu" in bernard.browser.text

    bernard.browser.press("Rétablir le rôle")

    machine.wait_for_mail(KARIM.email, f"Votre accès pour {ATELIERS.name} est rétabli")
    assert karim.browser.open(SPACE).status == 200


def test_the_office_ends_the_mandate_and_nobody_acts_by_it_any_more(bernard, karim, machine):
    karim.go(f"/entreprises/{FIDUCIAIRE.bce_number}/acces/mandataires").follow(ATELIERS.name)
    karim.browser.follow("Mettre fin au mandat")
    karim.browser.press("Mettre fin au mandat", {"Raison de la fin": "Fin de la mission."})

    assert "Plus personne n’agit par lui" in karim.browser.text
    assert karim.browser.open(SPACE).status == 404
    mail = machine.wait_for_mail(BERNARD.email, "Fin du mandat entre")
    assert "Fin de la mission" not in mail["text"]
    bernard.browser.open(link_in(mail, "/acces/mandataires"))
    assert "Retiré" in bernard.browser.text


def test_dossiers_has_heard_of_it(karim):
    wait_for(lambda: karim.browser.open(f"{SPACE}/dossiers").status == 404)


def test_nothing_personal_is_in_the_logs(machine):
    logs = machine.all_logs()

    for person in (BERNARD, KARIM):
        for personal in (person.national_number, person.email, person.surname):
            assert personal not in logs, personal
