"""Files on their way from a browser to dossiers: hashed from the temporary file they were spooled to, then PUT.

They never cross the bus and are never whole in memory.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import requests
from flask import g
from werkzeug.datastructures import FileStorage

from contracts.dossiers import FileRefused, FileTicket, TicketInvalid
from contracts.errors import Refusal, Unavailable

CHUNK = 256 * 1024
# To connect, and between two pieces of the answer, in seconds; a scan of a large file takes a while.
TIMEOUT = (5, 90)

_REFUSALS: dict[str, type[Refusal]] = {FileRefused.code: FileRefused, TicketInvalid.code: TicketInvalid}
_PROBLEM = "urn:mon-espace:problem:"


@dataclass(frozen=True)
class Spooled:
    """A file that has arrived from the browser. ``sha256``: hexadecimal."""

    name: str
    stream: IO[bytes]
    size: int
    sha256: str


def spool(sent: FileStorage) -> Spooled:
    # Werkzeug has written it to a temporary file while it came in; what is left is to read it once.
    digest, size = hashlib.sha256(), 0
    while piece := sent.stream.read(CHUNK):
        digest.update(piece)
        size += len(piece)
        # Hashing is native work: let other requests run in between.
        time.sleep(0)
    return Spooled(name=_name_of(sent), stream=sent.stream, size=size, sha256=digest.hexdigest())


def put(ticket: FileTicket, file: Spooled) -> None:
    """Raises FileRefused, TicketInvalid, Unavailable."""
    file.stream.seek(0)
    headers = {"Content-Type": "application/octet-stream"}
    try:
        # requests takes Content-Length from the file itself and reads it piece by piece.
        answer = requests.put(ticket.url, data=file.stream, headers=headers, timeout=TIMEOUT)
    except requests.RequestException as error:
        g.part_away = ("files",)
        raise Unavailable(part="files") from error
    if not answer.ok:
        raise _refusal_of(answer)


def fetch(ticket: FileTicket) -> requests.Response:
    """The bytes, still to be streamed. Raises TicketInvalid, Unavailable."""
    try:
        answer = requests.get(ticket.url, stream=True, timeout=TIMEOUT)
    except requests.RequestException as error:
        g.part_away = ("files",)
        raise Unavailable(part="files") from error
    if not answer.ok:
        raise _refusal_of(answer)
    return answer


def pieces_of(answer: requests.Response) -> Iterator[bytes]:
    with answer:
        yield from answer.iter_content(CHUNK)


def _refusal_of(answer: requests.Response) -> Refusal:
    try:
        told = answer.json()
        code = str(told.get("type", "")).removeprefix(_PROBLEM)
    except ValueError:
        told, code = {}, ""
    if code in _REFUSALS:
        details = {name: value for name, value in told.items() if name not in ("type", "title", "status")}
        return _REFUSALS[code](**details)
    g.part_away = ("files",)
    return Unavailable(part=told.get("part", "files"))


def _name_of(sent: FileStorage) -> str:
    # Some clients send a whole path; control characters have no place in a name.
    name = (sent.filename or "").rpartition("/")[2]
    return "".join(letter for letter in name if letter.isprintable()).strip()[:200] or "fichier"
