"""What delegation must be told at its start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from chassis.settings import DatabaseSettings, file, setting


@dataclass(frozen=True, kw_only=True)
class DelegationSettings(DatabaseSettings):
    service: ClassVar[str] = "delegation"

    signing_key_file: Path = setting("private JWK that signs decisions", parse=file)
    sealing_keys_file: Path = setting("public keys of those for whom fields are sealed", parse=file, shared=True)
