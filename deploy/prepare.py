"""What docker-compose.yml needs before the services start.

``python -m deploy.prepare keys DIRECTORY``: keys and the broker's definitions with hashed passwords, made once and kept
(the portal's service statement is signed anew). ``… databases``: a role and a database for each service, on the server
of DATABASE_ADMIN_URL. Passwords: BROKER_PASSWORD, DATABASE_PASSWORD.
"""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path

from deploy.embedded.databases import DatabaseServer
from deploy.embedded.keys import AUDITED, ISSUERS, SCOPES, SEALED_FOR, Keys
from deploy.rabbitmq import definitions


def prepare_keys(directory: Path, broker_password: str) -> None:
    keys = Keys(directory)
    _ = (keys.statement_keys_file, keys.sealing_keys_file, keys.audit_keys_file, keys.national_number_keys_file)
    for issuer in ISSUERS:
        keys.signing_key_file(issuer)
    for service in AUDITED:
        keys.audit_key_file(service)
    for consumer in SEALED_FOR:
        keys.seal_key_file(consumer)
    for name in ("csam-client-secret", "delegation-address-key", "portal-secret-key"):
        keys.secret_file(name)
    for caller in SCOPES:
        keys.token_file(caller, now=datetime.now(UTC))
    _write_definitions(directory, broker_password)


def _write_definitions(directory: Path, password: str) -> None:
    passwords = directory / "broker"
    passwords.mkdir(mode=0o700, exist_ok=True)
    for user in definitions.USERS:
        (passwords / user).write_text(password)
    made = directory / "definitions.json"
    made.write_text(definitions.text(definitions.build(passwords)))
    # The broker runs as another user: it may read this file and no other.
    directory.chmod(0o711)
    made.chmod(0o644)


def prepare_databases(server: DatabaseServer, password: str) -> None:
    server.require_usable()
    for service in definitions.WITH_DATABASE:
        server.make_role(service, password)
        if not server.has_database(service):
            server.make_database(service, owner=service)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("keys").add_argument("directory", type=Path)
    verbs.add_parser("databases")
    options = parser.parse_args()
    if options.verb == "keys":
        prepare_keys(options.directory, os.environ["BROKER_PASSWORD"])
    else:
        prepare_databases(DatabaseServer(os.environ["DATABASE_ADMIN_URL"]), os.environ["DATABASE_PASSWORD"])


if __name__ == "__main__":
    main()
