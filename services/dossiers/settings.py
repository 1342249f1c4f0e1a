"""What dossiers must be told at its start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from chassis.settings import DatabaseSettings, directory, host_and_port, setting, url


@dataclass(frozen=True, kw_only=True)
class DossiersSettings(DatabaseSettings):
    service: ClassVar[str] = "dossiers"

    files_directory: Path = setting("where attachments are kept; the same for all replicas", parse=directory)
    files_url: str = setting("where the portal reaches this service's HTTP doors", parse=url("http", "https"))
    scanner: tuple[str, int] = setting("clamd, the virus scanner: host:port", parse=host_and_port)
