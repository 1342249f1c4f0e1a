"""A TCP proxy before a server, to cut, slow down or swallow the connections of one process and of no other."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Coroutine, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

CHUNK = 64 * 1024


class Proxy:
    """``uri`` is the server's, by way of the proxy. All methods may be called from any thread. With a ``certificate``
    (and its key, in one file, of "localhost") it is reached by TLS: the address is that of ``amqps``."""

    def __init__(self, uri: str, *, certificate: Path | None = None) -> None:
        parts = urlsplit(uri)
        self._target = (parts.hostname, parts.port)
        self._delay = 0.0
        self._swallows = False
        self._passages: set[_Passage] = set()
        tls = None
        if certificate is not None:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(certificate)
        self._server = _wait_for(asyncio.start_server(self._let_through, "127.0.0.1", 0, ssl=tls))
        self.port: int = self._server.sockets[0].getsockname()[1]
        credentials = parts.netloc.rpartition("@")[0]
        place = f"127.0.0.1:{self.port}"
        if certificate is not None:
            place = f"localhost:{self.port}"
            parts = parts._replace(scheme="amqps", query=f"cacertfile={certificate}")
        self.uri = parts._replace(netloc=f"{credentials}@{place}" if credentials else place).geturl()

    def cut(self) -> None:
        """End all connections at once; new ones are accepted."""
        _soon(lambda: _cut(self._passages))

    def delay(self, seconds: float) -> None:
        """Whatever comes, either way, is handed on so much later."""
        self._delay = seconds

    def black_hole(self) -> None:
        """Connections stay open, also new ones, and nothing comes out of them any more."""
        self._swallows = True

    def heal(self) -> None:
        """As in the beginning; what lost some of its bytes is cut."""
        self._delay, self._swallows = 0.0, False
        _soon(lambda: _cut(passage for passage in self._passages if passage.has_lost))

    def close(self) -> None:
        _soon(self._server.close)
        self.cut()

    async def _let_through(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        passage = _Passage()
        passage.writers.append(writer)
        self._passages.add(passage)
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
            passage.writers.append(far_writer)
            await asyncio.gather(self._hand_on(passage, reader, far_writer), self._hand_on(passage, far_reader, writer))
        except OSError:
            # The server is down, or one of the two ends has gone: so must the other.
            passage.cut()
        finally:
            self._passages.discard(passage)
            passage.cut()

    async def _hand_on(self, passage: _Passage, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while some := await source.read(CHUNK):
                if self._delay:
                    await asyncio.sleep(self._delay)
                if self._swallows:
                    passage.has_lost = True
                    continue
                sink.write(some)
                await sink.drain()
        except OSError:
            if not self._swallows:
                raise
        if self._swallows:
            # The end of a connection is swallowed too.
            passage.has_lost = True
        elif sink.can_write_eof():
            sink.write_eof()


class _Passage:
    """One connection, from both sides."""

    def __init__(self) -> None:
        self.writers: list[asyncio.StreamWriter] = []
        self.has_lost = False

    def cut(self) -> None:
        for writer in self.writers:
            writer.transport.abort()


def _cut(passages: Iterable[_Passage]) -> None:
    for passage in list(passages):
        passage.cut()


_begun = threading.Lock()
_loops: list[asyncio.AbstractEventLoop] = []


def _loop() -> asyncio.AbstractEventLoop:
    """One thread carries all proxies of this process."""
    with _begun:
        if not _loops:
            loop = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, daemon=True, name="proxies").start()
            _loops.append(loop)
    return _loops[0]


def _soon(act: Any) -> None:
    _loop().call_soon_threadsafe(act)


def _wait_for(made: Coroutine[Any, Any, asyncio.Server]) -> asyncio.Server:
    return asyncio.run_coroutine_threadsafe(made, _loop()).result(60)
