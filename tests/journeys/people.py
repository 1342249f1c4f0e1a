"""What people of the story do, as they would do it at a browser. Each method ends on the page that they then see."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from deploy.embedded.cast import Person as CastPerson
from tests.journeys.browser import Browser
from tests.journeys.machine import Machine, wait_for
from tests.journeys.pdf import a_pdf

ITSME = "itsme"
EID = "Carte d’identité"


@dataclass
class Person:
    machine: Machine
    cast: CastPerson
    browser: Browser

    @staticmethod
    def at(machine: Machine, cast: CastPerson) -> Person:
        """With a browser of her own."""
        return Person(machine, cast, Browser(machine.portal, look=machine.look, patience=machine.patience))

    # ------------------------------------------------------------ who she is

    def sign_in(self, *, with_: str = ITSME, from_: str | None = "/connexion") -> Browser:
        """From the page that offers the means (``from_``, or where she is) to where the portal sends her then."""
        if from_ is not None:
            self.browser.open(from_)
        self.browser.follow(with_)
        self.browser.press(self.cast.full_name)
        if self.browser.patience and self.browser.title == "Cette identification n’est plus valable":
            # A sign-in serves once, and who was to answer it may have died when it had.
            self.browser.follow("Recommencer")
            return self.sign_in(with_=with_, from_=None)
        return self.read_notices()

    def open_citizen_space(self) -> Browser:
        """From the form that asks for the e-mail, by the link of the mail, to what she wanted."""
        if "espace-citoyen/creation" not in self.browser.url:
            self.browser.open("/espace-citoyen/creation")
        already = self.machine.count_mails(self.cast.email, "/confirmer/")
        self.browser.press("Suivant")
        mail = self.machine.wait_for_mail(self.cast.email, "/confirmer/", count=already + 1)
        self.browser.open(link_in(mail, "/confirmer/")).press("Confirmer")
        self.browser.follow("Continuer")
        return self.read_notices()

    def go(self, address: str) -> Browser:
        """To a page, past a notice that is shown first."""
        self.browser.open(address)
        if self.read_notices().path != address:
            self.browser.open(address)
        return self.browser

    def read_notices(self) -> Browser:
        if self.browser.path == "/nouveautes":
            self.browser.press("Continuer", {"Ne plus afficher": True})
        if self.browser.path == "/espace-citoyen/protection-des-donnees":
            self.browser.press("Continuer", {"Oui, j’ai pris connaissance": True})
        return self.browser

    # ------------------------------------------------------------ for whom she acts

    def request_role(self, bce_number: str, role: str) -> Browser:
        self.go("/entreprises").follow("Ajouter une entreprise")
        assert self.read_notices().path == "/entreprises/ajouter"
        return self.browser.press(
            "Envoyer la demande",
            {"Numéro d’entreprise (BCE)": bce_number, role: True, "Message": "Je prépare nos dossiers."},
        )

    def accept_role_request(self, bce_number: str, requester: CastPerson) -> Browser:
        self.go(f"/entreprises/{bce_number}/acces").follow(requester.full_name)
        return self.browser.press("Accepter la demande")

    # ------------------------------------------------------------ files

    def add_file(self, heading: str, name: str, content: bytes | None = None, kind: str = "application/pdf") -> Browser:
        file = (name, a_pdf(name) if content is None else content, kind)
        return self.browser.press("Ajouter au dossier", {f"Ajouter un fichier : {heading}": file}, within=heading)


def link_in(mail: dict[str, str], path: str) -> str:
    """The address in a mail that holds this path."""
    found = re.search(rf"https?://\S*{re.escape(path)}[^\s>\")]*", mail["text"])
    assert found, mail["text"]
    return found.group()


def in_days(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def eventually(browser: Browser, address: str, text: str) -> Browser:
    """The page at an address, once it says something."""
    return wait_for(lambda: text in browser.open(address).text and browser)
