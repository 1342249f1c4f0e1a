"""What dossiers must be told at its start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from chassis.settings import DatabaseSettings, directory, setting, url


def host_and_port(value: str) -> tuple[str, int]:
    host, _, port = value.rpartition(":")
    if not host or not port.isdigit():
        raise ValueError("a host and a port, such as scanner:3310")
    return host, int(port)


@dataclass(frozen=True, kw_only=True)
class DossiersSettings(DatabaseSettings):
    service: ClassVar[str] = "dossiers"

    files_directory: Path = setting("where attachments are kept; the same for all replicas", parse=directory)
    files_url: str = setting("where the portal reaches this service's HTTP doors", parse=url("http", "https"))
    scanner: tuple[str, int] = setting("clamd, the virus scanner: host:port", parse=host_and_port)
