"""What dossiers needs beside its database: a place for files, a virus scanner, a type setter."""

from __future__ import annotations

from dataclasses import dataclass

from services.dossiers.gateways.file_store import FileStore
from services.dossiers.gateways.scanner import Scanner


@dataclass(frozen=True)
class Gateways:
    """``files_url``: where other services reach our HTTP doors."""

    files: FileStore
    scanner: Scanner
    files_url: str
