"""One transaction of dossiers, with its collections."""

from __future__ import annotations

from chassis.database import Work
from services.dossiers.storage.collections import Dossiers, Mandates
from services.dossiers.storage.files import Files
from services.dossiers.storage.procedures import Procedures


class DossiersWork(Work):
    @property
    def procedures(self) -> Procedures:
        return Procedures(self.session)

    @property
    def dossiers(self) -> Dossiers:
        return Dossiers(self.session, self.procedures)

    @property
    def mandates(self) -> Mandates:
        return Mandates(self)

    @property
    def files(self) -> Files:
        return Files(self.session)
