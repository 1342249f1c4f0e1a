"""Secrets for deploy/kubernetes/overlays/development, made on the spot and kept in DIRECTORY: never for production.

``python -m deploy.development_secrets DIRECTORY | kubectl apply -f -``
"""

from __future__ import annotations

import argparse
import secrets
import sys
from pathlib import Path

import yaml

from deploy.prepare import prepare_keys
from deploy.rabbitmq import definitions

NAMESPACE = "mon-espace-development"
# {secret: {key in the secret: file that `python -m deploy.prepare keys` makes}}
FILES = {
    "identity-keys": {
        "signing-key.json": "identity-signing-key.json",
        "audit-key.json": "identity-audit-key.json",
        "oidc-client-secret": "csam-client-secret",
        "national-number-keys.json": "national-number-keys.json",
    },
    "delegation-keys": {
        "signing-key.json": "delegation-signing-key.json",
        "address-key": "delegation-address-key",
        "audit-key.json": "delegation-audit-key.json",
    },
    "dossiers-keys": {"audit-key.json": "dossiers-audit-key.json"},
    "notifications-keys": {"seal-key": "notifications-seal-key", "audit-key.json": "notifications-audit-key.json"},
    "portal-keys": {"secret-key": "portal-secret-key", "service-token": "portal-token"},
    "public-keys": {"statement-keys.json": "statement-keys.json", "sealing-keys.json": "sealing-keys.json"},
}


def build(directory: Path) -> dict[str, dict[str, str]]:
    """{secret: {key: value}}."""
    password = _kept_password(directory)
    prepare_keys(directory, password)
    made = {name: {key: (directory / file).read_text() for key, file in files.items()} for name, files in FILES.items()}
    for user in definitions.USERS:
        made[f"{user}-broker"] = {"uri": f"amqp://{user}:{password}@broker:5672/{definitions.VHOST}"}
    for service in definitions.WITH_DATABASE:
        made[f"{service}-database-app"] = {"uri": f"postgresql://{service}:{password}@database:5432/{service}"}
    made["broker-administrator"] = {"password": password}
    made["broker-passwords"] = dict.fromkeys(definitions.USERS, password) | {
        "administrator": f"administrator:{password}"
    }
    made["database-administrator"] = {
        "password": password,
        "uri": f"postgresql://postgres:{password}@database:5432/postgres",
    }
    return made


def _kept_password(directory: Path) -> str:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = directory / "password"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(24))
    return file.read_text()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    manifests = [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name, "namespace": NAMESPACE},
            "stringData": content,
        }
        for name, content in build(parser.parse_args().directory).items()
    ]
    yaml.safe_dump_all(manifests, sys.stdout)


if __name__ == "__main__":
    main()
