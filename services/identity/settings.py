"""Settings of identity."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, cast, get_args
from urllib.parse import urlsplit

from chassis.settings import DatabaseSettings, SettingError, file, setting, text, url
from contracts.identity import MeansName
from services.identity.domain.means import LEVELS

MEANS = "eid=500,itsme=450,eidas=450,app=400,sms=350,email=200"


def means_levels(value: str) -> tuple[tuple[MeansName, int], ...]:
    """``itsme=450,eid=500``: the means that are offered, in that order, with the level of FAS that each gives."""
    levels: list[tuple[MeansName, int]] = []
    for part in value.split(","):
        name, _, level = part.strip().partition("=")
        if name not in get_args(MeansName):
            raise ValueError(f"{name!r} is none of {', '.join(get_args(MeansName))}")
        if level not in map(str, LEVELS):
            raise ValueError(f"the level of {name} is none of {', '.join(map(str, LEVELS))}")
        levels.append((cast(MeansName, name), int(level)))
    return tuple(levels)


def issuer(value: str) -> str:
    """Compared as it stands with what the provider says of itself: a slash at the end counts."""
    url("https", "http")(value)
    return value


@dataclass(frozen=True, kw_only=True)
class IdentitySettings(DatabaseSettings):
    service: ClassVar[str] = "identity"

    signing_key_file: Path = setting("private JWK that signs actor and person statements", parse=file, secret=True)
    sealing_keys_file: Path = setting(
        "public keys of the services for which fields are sealed", parse=file, shared=True
    )
    oidc_issuer: str = setting("the identity provider (CSAM's FAS), as it names itself", parse=issuer)
    oidc_client_id: str = setting("our name at the identity provider", parse=text)
    oidc_client_secret_file: Path = setting("our secret at the identity provider", parse=file, secret=True)
    national_number_keys_file: Path = setting(
        "key ring and index key of national numbers, see storage/vault.py", parse=file, secret=True
    )
    register_url: str = setting("the gateway of the National Register", parse=url("https", "http"))
    means: tuple[tuple[MeansName, int], ...] = setting(
        "means of sign-in with their levels, such as eid=500,itsme=450", parse=means_levels, default=means_levels(MEANS)
    )

    def __post_init__(self) -> None:
        if self.environment != "production":
            return
        for variable, address in (("OIDC_ISSUER", self.oidc_issuer), ("REGISTER_URL", self.register_url)):
            if urlsplit(address).scheme != "https":
                raise SettingError(f"IDENTITY_{variable}: only https is safe in production")
