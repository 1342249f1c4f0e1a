"""The story of the issue that began the project: from a deep link to a decision, with every message arriving.

One story in order: each test is a chapter and needs those before it.
"""

import io

import pytest
from pypdf import PdfReader

from tests.cast import AMELIE, ATELIERS, BERNARD, CHANTAL, COMMUNE, DAVID, ELODIE, FABIENNE, GILLES
from tests.journeys.pdf import a_pdf
from tests.journeys.people import EID, Person, eventually, in_days, link_in

LOOKED_AT = True
# On the development broker test_story_with_kills.py tells it.
BROKERS = ("RabbitMQ",)
BCE = ATELIERS.bce_number
PROCEDURE = "/demarches/prime-investissement"


@pytest.fixture(scope="module")
def amelie(machine):
    return Person.at(machine, AMELIE)


@pytest.fixture(scope="module")
def bernard(machine):
    return Person.at(machine, BERNARD)


@pytest.fixture(scope="module")
def fabienne(machine):
    return Person.at(machine, FABIENNE)


@pytest.fixture(scope="module")
def story():
    """What one chapter leaves to the next."""
    return {}


def test_a_deep_link_leads_through_sign_in_to_the_creation_of_a_space(amelie):
    amelie.browser.open(PROCEDURE).press("Remplir")
    assert amelie.browser.path == "/connexion"

    amelie.sign_in(from_=None)

    assert amelie.browser.title == "Créer mon espace citoyen"
    assert amelie.browser.value_of("Adresse e-mail privée") == AMELIE.email


def test_the_link_of_the_mail_opens_the_space_and_the_wish_is_still_there(amelie):
    amelie.open_citizen_space()

    assert amelie.browser.path == f"{PROCEDURE}/pour-qui"
    assert "Aucune entreprise ne vous a encore autorisé" in amelie.browser.text


def test_an_enterprise_without_access_manager_is_explained(amelie):
    amelie.request_role(COMMUNE.bce_number, "Signataire")

    assert "csam.be" in str(amelie.browser.soup)
    assert "représentant" in amelie.browser.text


def test_a_wrong_number_is_told_at_its_field(amelie):
    amelie.request_role("0403.019.262", "Signataire")

    assert amelie.browser.error_at("Numéro d’entreprise (BCE)")


def test_both_access_managers_are_written_to_though_one_never_signed_in(amelie, machine):
    amelie.request_role("0403.019.261", "Signataire")
    assert amelie.browser.title == "Votre demande est envoyée"

    for manager in (BERNARD, CHANTAL):
        mail = machine.wait_for_mail(manager.email, "Demande d’accès")
        assert AMELIE.surname not in mail["text"]
        assert ATELIERS.name in mail["text"]


def test_an_access_manager_accepts_in_his_console(amelie, bernard, machine):
    bernard.sign_in(with_=EID)
    bernard.go("/espaces").follow("Espace professionnel")
    assert ATELIERS.name in bernard.browser.text

    bernard.accept_role_request(BCE, AMELIE)

    assert AMELIE.full_name in bernard.browser.text
    machine.wait_for_mail(AMELIE.email, "Vous pouvez agir")


def test_she_sees_the_enterprise_without_signing_in_again(amelie):
    amelie.browser.open("/entreprises")

    assert ATELIERS.name in amelie.browser.text


def test_the_form_is_prefilled_and_an_error_is_told_at_its_field(amelie, story):
    browser = amelie.browser
    browser.open(PROCEDURE).press("Remplir")
    if browser.path.endswith("/pour-qui"):
        eventually(browser, browser.url, ATELIERS.name)
        browser.press("Choisir")
    assert browser.value_of("Nom") == AMELIE.surname
    assert browser.is_locked("Nom")
    assert "Rue de l'Ange" in browser.value_of("Domicile")
    assert browser.value_of("Numéro d'entreprise") == "0403.019.261"
    story["dossier"] = browser.path.split("/")[2]

    browser.press("Étape suivante", {"Adresse e-mail de contact": AMELIE.email})
    browser.press(
        "Étape suivante",
        {
            "Nature de l'investissement": "Machines et équipement",
            "Description de l'investissement": "Une presse « Œuvre » à 12 000 €",
            "Montant hors TVA": "12",
            "Début prévu": in_days(30),
        },
    )

    assert browser.error_at("Montant hors TVA")


def test_the_error_is_mended_and_a_pdf_added(amelie):
    browser = amelie.browser
    browser.press("Étape suivante", {"Montant hors TVA": "12 000,50"})
    assert browser.title == "Autres aides"
    browser.press("Étape suivante")
    browser.press("Étape suivante", {"Je déclare sur l'honneur": True})
    assert browser.title == "Pièces jointes"

    amelie.add_file("Devis ou facture pro forma", "devis.pdf", b"MZ not a pdf")
    assert "devis.pdf : Ce fichier n’a pas pu être accepté : il n’est pas du type demandé." in browser.text
    amelie.add_file("Devis ou facture pro forma", "devis.pdf")

    assert "devis.pdf" in browser.text


def test_the_declaration_is_shown_as_pdf_before_submission(amelie):
    browser = amelie.browser
    browser.follow("Étape suivante").press("Valider")
    assert browser.title == "Votre formulaire est validé"

    declaration = browser.download(".pdf")

    assert declaration.headers["Content-Type"] == "application/pdf"
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(declaration.content)).pages)
    for expected in (AMELIE.surname, "0403.019.261", "Œuvre", "12 000,50", "devis.pdf"):
        assert expected in words.replace("\u202f", " ").replace("\u00a0", " "), expected


def test_submitting_gives_one_reference_and_a_receipt_however_often_it_is_pressed(amelie, machine, story):
    browser = amelie.browser
    browser.follow("Soumettre")
    confirm_page, soup = browser.url, browser.soup
    browser.press("Confirmer")
    story["reference"] = browser.soup.select_one(".reference").get_text(strip=True).split()[-1]
    assert story["reference"].startswith("ME-")

    browser.url, browser.soup = confirm_page, soup
    browser.press("Confirmer")

    assert story["reference"] in browser.text
    receipt = machine.wait_for_mail(AMELIE.email, story["reference"])
    assert f"/dossiers/{story['dossier']}" in receipt["text"]
    assert not any(number in receipt["text"] for number in (AMELIE.national_number, "85.07.30"))


def test_a_colleague_who_may_read_sees_the_dossier_and_cannot_submit(machine, bernard, story):
    david = Person.at(machine, DAVID)
    david.sign_in()
    david.open_citizen_space()
    david.request_role("0403.019.261", "Lecteur")
    bernard.accept_role_request(BCE, DAVID)

    eventually(david.browser, f"/entreprises/{BCE}/dossiers", story["reference"])
    david.browser.open(f"/dossiers/{story['dossier']}")
    assert story["reference"] in david.browser.text
    david.browser.open(PROCEDURE).press("Remplir")

    assert "votre rôle ne permet pas d’y remplir une démarche" in david.browser.text


def test_a_stranger_sees_nothing(machine, story):
    gilles = Person.at(machine, GILLES)
    gilles.sign_in()
    unknown = "01920000-0000-7000-8000-000000000000"

    for address in (
        "/dossiers/{}",
        "/dossiers/{}/validation",
        "/dossiers/{}/pieces",
        "/dossiers/{}/soumettre",
        "/dossiers/{}/accuse-de-reception",
        "/agents/dossiers/{}",
    ):
        pages = [gilles.browser.open(address.format(dossier)) for dossier in (story["dossier"], unknown)]
        assert [page.status for page in pages] == [404, 404], address
    gilles.browser.open(f"/entreprises/{BCE}/acces")
    assert gilles.browser.status == 404
    assert AMELIE.surname not in gilles.browser.text


def test_an_agent_claims_the_dossier_and_asks_for_a_complement(fabienne, machine, story):
    fabienne.sign_in(with_=EID)
    fabienne.go("/agents").follow("Demande de prime", within=story["reference"])
    fabienne.browser.press("Prendre en charge")
    fabienne.browser.follow("Demander un complément")
    story["due_on"] = in_days(10)
    fabienne.browser.press(
        "Envoyer la demande",
        {"Éléments demandés": "Plan d'implantation", "Message": "Joignez le plan.", "Échéance": story["due_on"]},
    )

    mail = machine.wait_for_mail(AMELIE.email, "renseignements complémentaires")
    assert f"/dossiers/{story['dossier']}" in mail["text"]


def test_she_sees_the_yellow_box_and_answers_with_a_second_pdf(amelie, story):
    browser = amelie.browser
    eventually(browser, f"/entreprises/{BCE}", "Une action est attendue")
    browser.open(f"/dossiers/{story['dossier']}")
    box = browser.soup.select_one(".notice-warning")
    assert "Plan d'implantation" in box.get_text()
    assert "23:59" in box.get_text().replace("h", ":")
    browser.press("Ajouter au dossier", {"Ajouter des fichiers": ("plan.pdf", a_pdf("Plan"), "application/pdf")})
    assert "plan.pdf" in browser.text

    browser.press("Envoyer la réponse", {"Votre réponse": "Voici le plan."})

    assert "Voici le plan." in browser.text
    assert browser.soup.select_one(".complement") is None


def test_the_agent_decides_and_she_is_told(amelie, fabienne, machine, story):
    fabienne.browser.open(f"/agents/dossiers/{story['dossier']}")
    assert "plan.pdf" in fabienne.browser.text
    fabienne.browser.follow("Décider")
    fabienne.browser.press("Prendre la décision", {"Prime accordée": True, "Motivation": "Le dossier est complet."})

    machine.wait_for_mail(AMELIE.email, "une décision a été prise")
    amelie.browser.open(f"/dossiers/{story['dossier']}")
    assert "Prime accordée" in amelie.browser.text
    assert "Le dossier est complet." in amelie.browser.text


def test_an_access_manager_invites_a_third_person_who_accepts(machine, bernard, story):
    bernard.go(f"/entreprises/{BCE}/acces").follow("Inviter une personne")
    bernard.browser.press(
        "Envoyer l’invitation", {"adresse e-mail": True, "Adresse e-mail": ELODIE.email, "Rôle donné": "contributor"}
    )
    mail = machine.wait_for_mail(ELODIE.email, "Invitation à agir")
    elodie = story["elodie"] = Person.at(machine, ELODIE)
    elodie.browser.open(link_in(mail, "/invitations/")).follow("Me connecter")
    elodie.sign_in(from_=None)
    if "creation" in elodie.browser.url:
        elodie.open_citizen_space()

    elodie.browser.press("Accepter l’invitation")

    assert ATELIERS.name in elodie.browser.open("/entreprises").text


def test_what_a_revoked_role_would_strand_is_given_to_a_colleague(amelie, bernard, machine, story):
    amelie.browser.open(PROCEDURE).press("Remplir")
    if amelie.browser.path.endswith("/pour-qui"):
        amelie.browser.press("Choisir")
    draft = amelie.browser.path.split("/")[2]
    eventually(story["elodie"].browser, f"/entreprises/{BCE}/dossiers", story["reference"])

    bernard.go(f"/entreprises/{BCE}/acces").follow("Retirer", within=AMELIE.full_name)
    assert "Brouillon" in bernard.browser.text
    assert story["reference"] not in bernard.browser.text
    bernard.browser.press(
        "Retirer le rôle",
        {"Confier ces dossiers à": f"{ELODIE.full_name} – Contributeur", "Raison du retrait": "Elle nous quitte."},
    )

    assert "Les dossiers sont confiés" in bernard.browser.text
    mail = machine.wait_for_mail(ELODIE.email, "Un dossier vous est confié")
    browser = story["elodie"].browser.open(link_in(mail, "/dossiers/"))
    assert (browser.status, draft in browser.path) == (200, True)


def test_everybody_was_written_to_once(machine, story):
    for person in (AMELIE, BERNARD, CHANTAL, DAVID, ELODIE):
        told = [(mail["subject"], mail["text"]) for mail in machine.mails(person.email)]
        assert len(told) == len(set(told)), [subject for subject, _ in told]
    to_amelie = [mail["subject"] for mail in machine.mails(AMELIE.email)]
    assert len([subject for subject in to_amelie if story["reference"] in subject and "accus" in subject.lower()]) == 1


def test_nothing_personal_is_in_the_logs(machine):
    logs = machine.all_logs()

    for person in (AMELIE, BERNARD, CHANTAL, DAVID, ELODIE, FABIENNE):
        for personal in (person.national_number, person.email, person.surname):
            assert personal not in logs, personal
