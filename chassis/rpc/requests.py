"""A request that arrived, and the answer that it gets."""

from __future__ import annotations

import json
import math
import re
import time
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

import amqp

from chassis.bus import LOST, publish, together
from chassis.bus.topology import RPC_EXCHANGE
from chassis.bus.traces import ensure_traceparent
from chassis.logs import log
from chassis.rpc.wire import context_of
from contracts.errors import InvalidRequest

LARGEST_REQUEST = 1 << 20  # bytes
ANSWERS_KEPT, ANSWERS_BYTES_KEPT = 256, 16 << 20
CLOCKS_DIFFER = 2.0  # seconds, at most, between the machines of one installation

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def _finite(text: str) -> float:
    # Python reads and writes NaN and Infinity; JSON and databases know neither.
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("not a number")
    return number


_JSON = json.JSONDecoder(parse_float=_finite, parse_constant=_finite)


class Request:
    """One delivery. ``expires_at`` on the monotonic clock, or None when the caller set no deadline."""

    __slots__ = ("arrived_at", "context", "expires_at", "message", "method", "reply_key")

    def __init__(self, message: amqp.Message, service: str) -> None:
        self.message = message
        self.arrived_at = time.perf_counter()
        routing_key: str = message.delivery_info["routing_key"]
        self.method = routing_key.removeprefix(f"{service}.")
        # A key with a dot would be a service's queue: nobody may have us send a request in our name.
        reply_to = message.properties.get("reply_to")
        self.reply_key = reply_to if reply_to and "." not in reply_to else None
        self.context = context_of(message.headers or {})
        self.expires_at = _expiry(self.context.pop("deadline_ms", None), self.context.pop("sent_at", None))
        self.context["traceparent"] = ensure_traceparent(self.context.get("traceparent"))
        if not isinstance(self.context.get("call_id_stack"), list):
            # nameko reads it before there is a worker that could fail.
            self.context.pop("call_id_stack", None)

    @property
    def correlation_id(self) -> str | None:
        value: str | None = self.message.properties.get("correlation_id")
        return value

    @property
    def is_repeat(self) -> bool:
        """It was delivered before, to us or to another."""
        return bool(self.message.delivery_info["redelivered"])

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and time.monotonic() >= self.expires_at

    def arguments(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """By position and by name. Raises InvalidRequest."""
        body = self.message.body
        if len(body) > LARGEST_REQUEST:
            raise InvalidRequest(fields={"": [f"a request has {LARGEST_REQUEST} bytes at most"]})
        try:
            content = _JSON.decode(body.decode() if isinstance(body, bytes) else body)
            args, kwargs = content["args"], content["kwargs"]
            # Only as an escape can JSON hold what no database stores.
            escapes = (b"\\u" if isinstance(body, bytes) else "\\u") in body
            unstorable = _find_unstorable(kwargs, "") if escapes else None
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise InvalidRequest(fields={"": ["a JSON object with args and kwargs is expected"]}) from error
        if not isinstance(args, list) or not isinstance(kwargs, dict):
            raise InvalidRequest(fields={"": ["args is a list and kwargs an object"]})
        if unstorable is not None:
            raise InvalidRequest(fields={unstorable: ["a character is not allowed in a text"]})
        return tuple(args), kwargs

    def give_back(self) -> None:
        """To the queue, for us later or for another."""
        try:
            self.message.channel.basic_reject(self.message.delivery_tag, requeue=True)
        except LOST as error:
            log.info("rpc_request_went_back_by_itself", method=self.method, error=str(error))


class Answers:
    """Writes answers, and keeps those that could not be written for the request's next delivery."""

    def __init__(self, user: str) -> None:
        self._user = user
        self._unsent: OrderedDict[str, bytes] = OrderedDict()

    def find_unsent(self, correlation_id: str | None) -> bytes | None:
        return self._unsent.pop(correlation_id, None) if correlation_id is not None else None

    def settle(self, request: Request, body: bytes | None) -> None:
        """The answer, if one is awaited, then the acknowledgement of the request, on the channel that it came by."""
        message = request.message
        try:
            with together(message.channel):
                if body is not None and request.reply_key is not None:
                    publish(message.channel, self._answer(request, body), RPC_EXCHANGE, request.reply_key)
                message.channel.basic_ack(message.delivery_tag)
        except LOST as error:
            log.info("rpc_answer_not_sent", method=request.method, error=str(error))
            self._keep(request, body)

    def _answer(self, request: Request, body: bytes) -> amqp.Message:
        return amqp.Message(
            body,
            content_type="application/json",
            content_encoding="utf-8",
            correlation_id=request.correlation_id or "",
            # Nobody waits for it after a restart of the broker.
            delivery_mode=1,
            user_id=self._user,
        )

    def _keep(self, request: Request, body: bytes | None) -> None:
        """The request will come again by the next connection, to us or to a replica."""
        if body is not None and request.correlation_id is not None:
            self._unsent[request.correlation_id] = body
            while len(self._unsent) > ANSWERS_KEPT or sum(map(len, self._unsent.values())) > ANSWERS_BYTES_KEPT:
                self._unsent.popitem(last=False)


def _find_unstorable(value: Any, path: str) -> str | None:
    """The place of a text with a NUL or half of a surrogate pair."""
    if isinstance(value, str):
        return path if _UNSTORABLE.search(value) else None
    items: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for name, item in items:
        if isinstance(name, str) and _UNSTORABLE.search(name):
            return path
        found = _find_unstorable(item, f"{path}.{name}" if path else str(name))
        if found is not None:
            return found
    return None


def _expiry(deadline_ms: object, sent_at: object) -> float | None:
    """By our own clock from the arrival on, but not later than by any clock of the installation: it may have lain in
    the queue, or in the socket of a process that was frozen."""
    if not isinstance(deadline_ms, (int, float)):
        return None
    seconds = deadline_ms / 1000
    if isinstance(sent_at, (int, float)):
        seconds = min(seconds, sent_at + seconds + CLOCKS_DIFFER - time.time())
    return time.monotonic() + seconds
