"""identity's database: tables, their mapping, and ``IdentityWork`` with the collections."""

from __future__ import annotations

from chassis.database import Work
from services.identity.storage import mapping as mapping
from services.identity.storage.contacts import Contacts, Links
from services.identity.storage.deletions import Deletions, EducationStaff, OpenDossiers
from services.identity.storage.european import EuropeanIdentities, Linkings
from services.identity.storage.people import Acknowledgements, People, PersonNumbers
from services.identity.storage.sessions import MeansAvailability, Sessions, SignIns


class IdentityWork(Work):
    @property
    def person_numbers(self) -> PersonNumbers:
        return PersonNumbers(self.session, self.runtime.gateways.vault)

    @property
    def people(self) -> People:
        return People(self.session)

    @property
    def sign_ins(self) -> SignIns:
        return SignIns(self.session)

    @property
    def sessions(self) -> Sessions:
        return Sessions(self.session)

    @property
    def contacts(self) -> Contacts:
        return Contacts(self.session)

    @property
    def links(self) -> Links:
        return Links(self.session)

    @property
    def deletions(self) -> Deletions:
        return Deletions(self.session)

    @property
    def open_dossiers(self) -> OpenDossiers:
        return OpenDossiers(self.session)

    @property
    def education_staff(self) -> EducationStaff:
        return EducationStaff(self.session)

    @property
    def european_identities(self) -> EuropeanIdentities:
        return EuropeanIdentities(self.session, self.runtime.gateways.vault)

    @property
    def linkings(self) -> Linkings:
        return Linkings(self.session)

    @property
    def acknowledgements(self) -> Acknowledgements:
        return Acknowledgements(self.session)

    @property
    def means_availability(self) -> MeansAvailability:
        return MeansAvailability(self.session)
