"""The environment of each service on one machine, the same for the supervisor and for tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from deploy.embedded.keys import Keys

SERVICES = ("identity", "delegation", "dossiers", "notifications", "portal")
WITH_DATABASE = SERVICES[:-1]

CLIENT_ID = "mon-espace"
SENDER = "Mon Espace <ne-pas-repondre@example.org>"


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What the services find on this machine. ``door_ports``: health, metrics and HTTP doors of each service."""

    keys: Keys
    amqp_uri: str
    database_urls: Mapping[str, str]
    door_ports: Mapping[str, int]
    portal_port: int
    csam_port: int
    register_port: int
    scanner_port: int
    smtp_port: int
    files_directory: Path
    now: datetime | None = None
    log_format: str = "json"
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def portal_url(self) -> str:
        return f"http://127.0.0.1:{self.portal_port}"

    @property
    def csam_url(self) -> str:
        return f"http://127.0.0.1:{self.csam_port}"


def environment_of(service: str, around: Surroundings, *, now: datetime) -> dict[str, str]:
    """What is shared by all and what is the service's own: no service sees the secrets of another.

    ``now``: from when on the portal's service statement holds.
    """
    own = {name: value for name, value in _all(around, now).items() if _is_for(service, name)}
    if service in around.database_urls:
        own[f"{service.upper()}_DATABASE_URL"] = around.database_urls[service]
    own[f"{service.upper()}_HTTP_PORT"] = str(around.door_ports[service])
    return own | {name: value for name, value in around.more.items() if _is_for(service, name)}


def _is_for(service: str, name: str) -> bool:
    of_others = tuple(f"{other.upper()}_" for other in SERVICES if other != service)
    # The portal's address is everybody's business.
    return name == "PORTAL_URL" or not name.startswith(of_others)


def _all(around: Surroundings, now: datetime) -> dict[str, str]:
    keys = around.keys
    shared = {
        "ENVIRONMENT": "development",
        "AMQP_URI": around.amqp_uri,
        "STATEMENT_KEYS_FILE": str(keys.statement_keys_file),
        "SEALING_KEYS_FILE": str(keys.sealing_keys_file),
        "PORTAL_URL": around.portal_url,
        "LOG_FORMAT": around.log_format,
    }
    if around.now is not None:
        shared["NOW"] = around.now.isoformat()
    return shared | {
        "IDENTITY_SIGNING_KEY_FILE": str(keys.signing_key_file("identity")),
        **{f"{service.upper()}_AUDIT_KEY_FILE": str(keys.audit_key_file(service)) for service in WITH_DATABASE},
        "IDENTITY_OIDC_ISSUER": around.csam_url,
        "IDENTITY_OIDC_CLIENT_ID": CLIENT_ID,
        "IDENTITY_OIDC_CLIENT_SECRET_FILE": str(keys.secret_file("csam-client-secret")),
        "IDENTITY_NATIONAL_NUMBER_KEYS_FILE": str(keys.national_number_keys_file),
        "IDENTITY_REGISTER_URL": f"http://127.0.0.1:{around.register_port}",
        "DELEGATION_SIGNING_KEY_FILE": str(keys.signing_key_file("delegation")),
        "DELEGATION_ADDRESS_KEY_FILE": str(keys.secret_file("delegation-address-key")),
        "DOSSIERS_FILES_DIRECTORY": str(around.files_directory),
        "DOSSIERS_FILES_URL": f"http://127.0.0.1:{around.door_ports['dossiers']}",
        "DOSSIERS_SCANNER": f"127.0.0.1:{around.scanner_port}",
        "NOTIFICATIONS_SEAL_KEY_FILE": str(keys.seal_key_file("notifications")),
        "NOTIFICATIONS_SMTP": f"127.0.0.1:{around.smtp_port}",
        "NOTIFICATIONS_SENDER": SENDER,
        "PORTAL_WEB_PORT": str(around.portal_port),
        "PORTAL_SECRET_KEY_FILE": str(keys.secret_file("portal-secret-key")),
        "PORTAL_SERVICE_TOKEN_FILE": str(keys.token_file("portal", now=now)),
    }
