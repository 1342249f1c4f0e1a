"""The calling side: one connection, one reply queue, a deadline on every call. For threads and green threads."""

from __future__ import annotations

import functools
import json
import threading
import time
import typing
import uuid
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

import amqp

from chassis.bus import LOST, Link, publish
from chassis.bus.topology import RPC_EXCHANGE, declare_rpc_exchange
from chassis.bus.traces import ensure_traceparent
from chassis.rpc.wire import DEADLINE, SENT_AT, encode, headers_of, refusal_of
from contracts import wire
from contracts.errors import DeadlinePassed, InternalError, Refusal, Unavailable, UnknownService

P = TypeVar("P")

# How long a call waits for a connection that is being made again.
PATIENCE = 1.0


class Pending:
    """A call that waits. ``answer``: the reply's body, or the refusal that ends the wait."""

    __slots__ = ("_unanswered", "answer", "is_sent")

    def __init__(self) -> None:
        self.is_sent = False
        self.answer: bytes | Refusal | None = None
        # Half as dear as an event, which makes a condition and a lock for each wait.
        self._unanswered = threading.Lock()
        self._unanswered.acquire()

    def settle(self, answer: bytes | Refusal) -> None:
        """Once: who settles takes it out of the calls that wait first."""
        self.answer = answer
        self._unanswered.release()

    def wait(self, seconds: float) -> bool:
        return self._unanswered.acquire(timeout=max(0.0, seconds))


class RpcClient:
    """``with RpcClient(uri, "portal") as rpc: rpc.at(Identity, service=token).list_means()``"""

    def __init__(self, amqp_uri: str, name: str, *, away: dict[str, str] | None = None) -> None:
        self._name = name
        self._link = Link(amqp_uri, f"{name} rpc client", on_open=self._open, on_lost=self._lost, away=away)
        # Of the present connection: its channel, and the key under which its answers come.
        self._way: tuple[amqp.Channel, str] | None = None
        self._pending: dict[str, Pending] = {}

    def start(self, wait: float = 5.0) -> Self:
        """Returns when connected, or after ``wait`` seconds: it goes on trying."""
        self._link.start()
        self._link.wait_until_up(wait)
        return self

    def stop(self) -> None:
        self._link.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def at(self, protocol: type[P], *, timeout: float = 5.0, **statements: Any) -> P:
        """A neighbour with the methods of its Protocol; the service is the Protocol's name in lower case."""
        return typing.cast(P, _Neighbour(self, protocol, timeout, statements))

    def call(
        self,
        service: str,
        method: str,
        kwargs: Mapping[str, Any],
        context: Mapping[str, Any] | None = None,
        timeout: float = 5.0,
    ) -> Any:
        """The result, as plain JSON data. Raises the refusal that the service answered, or UnknownService,
        DeadlinePassed, Unavailable. ``kwargs`` is plain JSON data; ``context`` the statements and traceparent."""
        deadline = time.monotonic() + timeout
        correlation_id = str(uuid.uuid4())
        self._pending[correlation_id] = pending = Pending()
        try:
            self._send(pending, f"{service}.{method}", kwargs, context or {}, correlation_id, deadline)
            if not pending.wait(deadline - time.monotonic()):
                raise DeadlinePassed(service=service, method=method, seconds=timeout)
        finally:
            self._pending.pop(correlation_id, None)
        return _result(pending.answer)

    def _send(
        self,
        pending: Pending,
        routing_key: str,
        kwargs: Mapping[str, Any],
        context: Mapping[str, Any],
        correlation_id: str,
        deadline: float,
    ) -> None:
        body = encode({"args": [], "kwargs": kwargs})
        if not self._link.wait_until_up(min(PATIENCE, deadline - time.monotonic())) or self._link.is_blocked:
            raise Unavailable(part="broker")
        if self._way is None:
            raise Unavailable(part="broker")
        channel, reply_key = self._way
        remaining = max(1, int((deadline - time.monotonic()) * 1000))
        message = amqp.Message(
            body,
            content_type="application/json",
            content_encoding="utf-8",
            reply_to=reply_key,
            correlation_id=correlation_id,
            delivery_mode=1,
            expiration=str(remaining),
            user_id=self._link.user,
            application_headers={
                **headers_of(context),
                "nameko.traceparent": ensure_traceparent(context.get("traceparent")),
                DEADLINE: remaining,
                SENT_AT: time.time(),
            },
        )
        pending.is_sent = True
        try:
            publish(channel, message, RPC_EXCHANGE, routing_key, mandatory=True)
        except LOST as error:
            raise Unavailable(part="broker") from error

    def _open(self, connection: amqp.Connection) -> None:
        channel = connection.channel()
        declare_rpc_exchange(channel)
        # With each connection another, which lives on its node of a cluster and goes with it.
        key = str(uuid.uuid4())
        queue = f"rpc.reply-{self._name}-{key}"
        channel.queue_declare(queue, exclusive=True, auto_delete=False)
        channel.queue_bind(queue, RPC_EXCHANGE, key)
        channel.events["basic_return"].add(self._returned)
        channel.basic_consume(queue, no_ack=True, callback=self._replied)
        self._way = channel, key

    def _lost(self) -> None:
        """Answers to what was sent may be lost with the connection: nobody waits for them until his deadline."""
        self._way = None
        for correlation_id, pending in list(self._pending.items()):
            if pending.is_sent:
                self._settle(correlation_id, Unavailable(part="broker"))

    def _replied(self, message: amqp.Message) -> None:
        self._settle(message.properties.get("correlation_id", ""), message.body)

    def _returned(self, error: object, exchange: str, routing_key: str, message: amqp.Message) -> None:
        service = routing_key.partition(".")[0]
        self._settle(message.properties.get("correlation_id", ""), UnknownService(service=service))

    def _settle(self, correlation_id: str, answer: bytes | Refusal) -> None:
        pending = self._pending.pop(correlation_id, None)
        if pending is not None:
            pending.settle(answer)


class _Neighbour:
    def __init__(self, client: RpcClient, protocol: type[Any], timeout: float, statements: dict[str, Any]) -> None:
        self._client = client
        self._protocol = protocol
        self._timeout = timeout
        self._statements = statements

    def __getattr__(self, method: str) -> Callable[..., Any]:
        returned = _return_of(typing.cast(Any, self._protocol), method)
        service = self._protocol.__name__.lower()

        def call(**kwargs: Any) -> Any:
            answer = self._client.call(service, method, wire.dump(kwargs), self._statements, self._timeout)
            return wire.load(returned, answer)

        return call


@functools.cache
def _return_of(protocol: type[Any], method: str) -> Any:
    return typing.get_type_hints(getattr(protocol, method))["return"]


def _result(answer: bytes | Refusal | None) -> Any:
    if isinstance(answer, Refusal):
        raise answer
    try:
        content = json.loads(answer or b"null")
        error, result = content.get("error"), content.get("result")
    except (ValueError, AttributeError, RecursionError) as strange:
        raise InternalError(error="the answer is no JSON object") from strange
    if error:
        raise refusal_of(error)
    return result
