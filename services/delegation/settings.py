"""What delegation must be told at its start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, get_args

from chassis.settings import DatabaseSettings, file, one_of, setting
from services.delegation.domain.recertification import Setting


@dataclass(frozen=True, kw_only=True)
class DelegationSettings(DatabaseSettings):
    service: ClassVar[str] = "delegation"

    signing_key_file: Path = setting("private JWK that signs decisions", parse=file)
    sealing_keys_file: Path = setting("public keys of those for whom fields are sealed", parse=file, shared=True)
    address_key_file: Path = setting(
        "secret text by which two invitations to one e-mail address are known as such", parse=file, secret=True
    )
    recertification: Setting = setting(
        "mandates that nobody confirms once a year: off, asked about once more (warn), or suspended",
        parse=one_of(*get_args(Setting)),
        default="suspend",
    )
