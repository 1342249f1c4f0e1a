"""The service's tables, how entities rest in them, and the collections that ``Work`` offers."""

from services.dossiers.storage.work import DossiersWork

__all__ = ["DossiersWork"]
