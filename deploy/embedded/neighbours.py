"""The neighbours of Mon Espace in one process: CSAM, the National Register and the virus scanner.

``python -m deploy.embedded.neighbours --csam 8010 --register 8011 --scanner 8012 …``
"""

from __future__ import annotations

import argparse
import socketserver
from pathlib import Path

from deploy.embedded import cast, csam, register
from deploy.embedded.csam.pages import build_app as build_csam
from deploy.embedded.csam.provider import Provider
from deploy.embedded.csam.records import Client
from deploy.embedded.csam.signing import SigningKeys
from deploy.embedded.environment import CLIENT_ID
from deploy.embedded.scanner import Scanner
from deploy.embedded.serving import HOST, clock, log_to_stderr, serve_until_told, web


def main() -> None:
    options = _parser().parse_args()
    log_to_stderr()
    people = cast.load()
    provider = Provider(
        issuer=options.issuer or f"http://{HOST}:{options.csam}",
        client=Client(CLIENT_ID, options.client_secret_file.read_text().strip(), options.portal),
        keys=SigningKeys(options.signing_keys_file),
        clock=clock(),
    )
    servers: list[socketserver.BaseServer] = [
        web(build_csam(provider, people), options.csam, host=options.host),
        web(register.build_app(people), options.register, host=options.host),
        Scanner(options.host, options.scanner),
    ]
    serve_until_told(servers)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=csam.__doc__)
    for name in ("csam", "register", "scanner"):
        parser.add_argument(f"--{name}", type=int, required=True, metavar="PORT")
    parser.add_argument("--host", default=HOST, help="where to listen (127.0.0.1)")
    parser.add_argument("--issuer", metavar="URL", help="how CSAM names itself, if not by where it listens")
    parser.add_argument("--portal", required=True, metavar="URL", help="people are only sent back below this address")
    parser.add_argument("--client-secret-file", type=Path, required=True)
    parser.add_argument("--signing-keys-file", type=Path, required=True)
    return parser


if __name__ == "__main__":
    main()
