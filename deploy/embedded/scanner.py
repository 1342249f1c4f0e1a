"""A stand-in for clamd: PING, VERSION and INSTREAM, in the forms ``zINSTREAM\\0`` and ``nINSTREAM\\n``.

It finds one thing: the harmless test string of EICAR. Source: clamd(8), COMMANDS.
"""

from __future__ import annotations

import socketserver
import struct
from typing import BinaryIO, cast

# In two parts, so that no real scanner takes this file for the thing itself.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD" + rb"-ANTIVIRUS-TEST-FILE!$H+H*"

LONGEST_COMMAND = 64
LARGEST_STREAM = 100 * 1024 * 1024


class Scanner(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, host: str, port: int) -> None:
        super().__init__((host, port), _Session)


class _Session(socketserver.StreamRequestHandler):
    """One command, one answer, as clamd does outside IDSESSION."""

    timeout = 30

    def handle(self) -> None:
        reader = cast(BinaryIO, self.rfile)
        end, command = _read_command(reader)
        if command == b"INSTREAM":
            answer = _scan(reader)
        else:
            answer = {b"PING": b"PONG", b"VERSION": b"ClamAV (imitation)"}.get(command, b"UNKNOWN COMMAND")
        self.wfile.write(answer + end)


def _read_command(reader: BinaryIO) -> tuple[bytes, bytes]:
    """(what ends the answer, the command). Without a prefix a command ends with a new line."""
    read = bytearray(reader.read(1))
    end = b"\0" if read == b"z" else b"\n"
    while len(read) < LONGEST_COMMAND and not read.endswith(end):
        byte = reader.read(1)
        if not byte:
            break
        read += byte
    command = bytes(read).rstrip(b"\0\r\n")
    return end, command[1:] if command[:1] in (b"z", b"n") else command


def _scan(reader: BinaryIO) -> bytes:
    """Chunks of 4 bytes of length (network order) and as many bytes; a chunk of length 0 ends the stream."""
    tail, total, found = b"", 0, False
    while True:
        header = reader.read(4)
        if len(header) < 4:
            return b"stream: Read timeout ERROR"
        (length,) = struct.unpack("!L", header)
        if length == 0:
            return b"stream: Eicar-Test-Signature FOUND" if found else b"stream: OK"
        total += length
        if total > LARGEST_STREAM:
            return b"INSTREAM size limit exceeded. ERROR"
        chunk = reader.read(length)
        found = found or EICAR in tail + chunk
        tail = (tail + chunk)[-len(EICAR) :]
