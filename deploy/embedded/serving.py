"""Small servers of one process, on 127.0.0.1 unless told otherwise (a container), until SIGTERM or Ctrl-C."""

from __future__ import annotations

import logging
import os
import signal
import socketserver
import threading
from collections.abc import Sequence

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from chassis.clock import Clock, process_clock
from chassis.settings import instant

HOST = "127.0.0.1"


class _QuietRequests(WSGIRequestHandler):
    """National numbers and secrets stand in addresses: no line per request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


def web(app: Flask, port: int, *, host: str = HOST) -> socketserver.BaseServer:
    return make_server(host, port, app, threaded=True, request_handler=_QuietRequests)


def serve_until_told(servers: Sequence[socketserver.BaseServer]) -> None:
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


def clock() -> Clock:
    """The clock that ``NOW`` may start elsewhere."""
    now = os.environ.get("NOW")
    return process_clock(instant(now) if now else None)


def log_to_stderr() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
