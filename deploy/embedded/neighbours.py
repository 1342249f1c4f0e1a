"""The neighbours of Mon Espace in one process: CSAM, the National Register and the virus scanner.

``python -m deploy.embedded.neighbours --csam 8010 --register 8011 --scanner 8012 …``
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import socketserver
import threading
from pathlib import Path

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from chassis.clock import Clock
from chassis.settings import instant
from deploy.embedded import cast, csam, register
from deploy.embedded.csam.pages import build_app as build_csam
from deploy.embedded.csam.provider import Provider
from deploy.embedded.csam.records import Client
from deploy.embedded.csam.signing import SigningKeys
from deploy.embedded.environment import CLIENT_ID
from deploy.embedded.scanner import Scanner

HOST = "127.0.0.1"


class QuietRequests(WSGIRequestHandler):
    """National numbers stand in the addresses of the register: no line per request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


def main() -> None:
    options = _parser().parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    now = os.environ.get("NOW")
    people = cast.load()
    provider = Provider(
        issuer=f"http://{HOST}:{options.csam}",
        client=Client(CLIENT_ID, options.client_secret_file.read_text().strip(), options.portal),
        keys=SigningKeys(options.signing_keys_file),
        clock=Clock(instant(now) if now else None),
    )
    servers: list[socketserver.BaseServer] = [
        _web(build_csam(provider, people), options.csam),
        _web(register.build_app(people), options.register),
        Scanner(HOST, options.scanner),
    ]
    _serve_until_told(servers)


def _web(app: Flask, port: int) -> socketserver.BaseServer:
    return make_server(HOST, port, app, threaded=True, request_handler=QuietRequests)


def _serve_until_told(servers: list[socketserver.BaseServer]) -> None:
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
    logging.info("listening")
    told.wait()
    for server in servers:
        server.shutdown()
        server.server_close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=csam.__doc__)
    for name in ("csam", "register", "scanner"):
        parser.add_argument(f"--{name}", type=int, required=True, metavar="PORT")
    parser.add_argument("--portal", required=True, metavar="URL", help="people are only sent back below this address")
    parser.add_argument("--client-secret-file", type=Path, required=True)
    parser.add_argument("--signing-keys-file", type=Path, required=True)
    return parser


if __name__ == "__main__":
    main()
