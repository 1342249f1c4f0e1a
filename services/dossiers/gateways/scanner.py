"""clamd, the virus scanner: INSTREAM over a plain socket (clamd(8)).

Its ``StreamMaxLength`` must be at least the largest file that a procedure takes (50 MB).
"""

from __future__ import annotations

import socket
import struct
from pathlib import Path

from chassis.logs import log
from contracts.dossiers import FileRefused
from contracts.errors import Unavailable

CHUNK = 64 * 1024
TIMEOUT_SECONDS = 30


class Scanner:
    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)

    def require_clean(self, path: Path) -> None:
        """Raises FileRefused(reason="infected"), or Unavailable while the scanner is away."""
        try:
            verdict = self._scan(path)
        except OSError as error:
            log.warning("scanner_away", error=type(error).__name__)
            raise Unavailable(part="scanner") from error
        if verdict.endswith("FOUND"):
            log.warning("infected_file_refused", verdict=verdict)
            raise FileRefused(reason="infected")
        if not verdict.endswith("OK"):
            # An error of the scanner says nothing about the file: it is neither taken nor refused.
            log.error("scanner_failed", verdict=verdict)
            raise Unavailable(part="scanner")

    def _scan(self, path: Path) -> str:
        with socket.create_connection(self._address, timeout=TIMEOUT_SECONDS) as connection, path.open("rb") as file:
            connection.sendall(b"zINSTREAM\0")
            while chunk := file.read(CHUNK):
                connection.sendall(struct.pack("!L", len(chunk)) + chunk)
            connection.sendall(struct.pack("!L", 0))
            answer = b""
            while not answer.endswith(b"\0"):
                part = connection.recv(4096)
                if not part:
                    raise ConnectionError("the scanner hung up before its verdict")
                answer += part
        return answer.rstrip(b"\0").decode("utf-8", "replace")
