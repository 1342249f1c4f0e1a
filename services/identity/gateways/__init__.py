"""identity's neighbours and keys, made once per process."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.seals import Sealer
from chassis.statements import Signer
from contracts.identity import MeansName
from services.identity.gateways.csam import Csam
from services.identity.gateways.register import Register
from services.identity.settings import IdentitySettings
from services.identity.storage.vault import Vault
from services.identity.tokens import Tokens


@dataclass(frozen=True, kw_only=True)
class Gateways:
    means: tuple[tuple[MeansName, int], ...]
    csam: Csam
    register: Register
    vault: Vault
    tokens: Tokens
    signer: Signer
    sealer: Sealer


def open_gateways(settings: IdentitySettings) -> Gateways:
    vault = Vault.from_file(settings.national_number_keys_file)
    return Gateways(
        means=settings.means,
        csam=Csam(
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret_file.read_text().strip(),
            levels=dict(settings.means),
        ),
        register=Register(settings.register_url),
        vault=vault,
        tokens=Tokens(vault.derived_key("secrets of sign-in")),
        signer=Signer("identity", settings.signing_key_file),
        sealer=Sealer(settings.sealing_keys_file),
    )
