"""The serving side: one consumer per service, an answer on the same channel as the request, unconfirmed.

A request is acknowledged after its answer was written. One that comes again, because the connection was lost in
between, is not run a second time by the process that ran it.
"""

from __future__ import annotations

import functools
import json
import threading
import time
from collections import OrderedDict, deque
from typing import Any

import amqp
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import DependencyProvider, Entrypoint, SharedExtension
from prometheus_client import Counter, Histogram

from chassis.bus import LOST, Link, publish, together
from chassis.bus.topology import RPC_EXCHANGE, declare_rpc_exchange, declare_rpc_queue, rpc_queue
from chassis.bus.traces import ensure_traceparent, trace_id_of
from chassis.logs import bind, log, unbind_all
from chassis.rpc.wire import context_of, encode, error_body
from contracts.errors import InternalError, InvalidRequest, Refusal, UnknownMethod

REQUESTS = Counter("rpc_server_requests_total", "RPC requests answered", ["service", "method", "outcome"])
DURATION = Histogram("rpc_server_duration_seconds", "From arrival to answer of an RPC request", ["service", "method"])
EXPIRED = Counter("rpc_expired_requests_total", "RPC requests not run, nobody waited any more", ["service"])

LARGEST_REQUEST = 1 << 20  # bytes
ANSWERS_KEPT = 256
CLOCKS_DIFFER = 2.0  # seconds, at most, between the machines of one installation


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

    @property
    def correlation_id(self) -> str | None:
        value: str | None = self.message.properties.get("correlation_id")
        return value

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and time.monotonic() >= self.expires_at


@functools.cache
def _meters(service: str, method: str, outcome: str) -> tuple[Counter, Histogram]:
    return REQUESTS.labels(service, method, outcome), DURATION.labels(service, method)


def _expiry(deadline_ms: object, sent_at: object) -> float | None:
    """By our own clock from the arrival on, unless it is late by any clock: a process that was frozen finds requests of
    long ago in its socket."""
    if not isinstance(deadline_ms, (int, float)):
        return None
    seconds = deadline_ms / 1000
    if isinstance(sent_at, (int, float)) and time.time() > sent_at + seconds + CLOCKS_DIFFER:
        return 0.0
    return time.monotonic() + seconds


class RpcConsumer(SharedExtension):
    """Takes requests from ``rpc-<service>`` and gives them to the doors."""

    def __init__(self) -> None:
        super().__init__()
        self._doors: dict[str, RpcEntrypoint] = {}
        self._link: Link | None = None
        self._channel: amqp.Channel | None = None
        self._tag = ""
        self._stopping = False
        self._started = False
        self._waiting: deque[Request] = deque()
        self._wanted = threading.Semaphore(0)
        self._running: dict[str, Request] = {}
        self._unsent: OrderedDict[str, bytes] = OrderedDict()

    def add(self, door: RpcEntrypoint) -> None:
        self._doors[door.method_name] = door

    def start(self) -> None:
        runtime = self.container.service_cls.runtime
        self._service = runtime.name
        self._link = Link(
            runtime.settings.amqp_uri,
            f"{runtime.name} rpc",
            on_open=self._open,
            on_lost=self._lost,
            away=runtime.away,
            spawn=self.container.spawn_managed_thread,
        )
        self._link.start()
        self.container.spawn_managed_thread(self._start_waiting, identifier="rpc overflow")

    def cease(self) -> None:
        """Take no more: what was not started goes back to the queue, for others."""
        if self._stopping:
            return
        self._stopping = True
        channel = self._channel
        if channel is not None:
            try:
                channel.basic_cancel(self._tag, nowait=True)
            except LOST as error:
                log.info("rpc_consumer_gone_already", error=str(error))
        while self._waiting:
            self._give_back(self._waiting.popleft())
        self._wanted.release()

    def stop(self) -> None:
        """After the workers have ended: their answers are written."""
        if self._link is not None:
            self._link.stop()

    def _open(self, connection: amqp.Connection) -> None:
        channel = connection.channel()
        declare_rpc_exchange(channel)
        declare_rpc_queue(channel, self._service)
        channel.basic_qos(0, self.container.max_workers, False)
        if self._stopping:
            return
        self._tag = f"{self._service}-{id(channel):x}"
        channel.basic_consume(rpc_queue(self._service), consumer_tag=self._tag, callback=self._arrived)
        self._channel = channel

    def _lost(self) -> None:
        self._channel = None
        # They come again, to us or to another.
        self._waiting.clear()

    def _arrived(self, message: amqp.Message) -> None:
        request = Request(message, self._service)
        if self._stopping:
            self._give_back(request)
            return
        known = request.correlation_id
        if known is not None and known in self._running:
            # Its first delivery is being answered: that answer takes this delivery's place.
            self._running[known].message = message
        elif known is not None and known in self._unsent:
            self._settle(request, self._unsent.pop(known))
        elif self._waiting or self.container._worker_pool.free() <= 0:
            self._waiting.append(request)
            self._wanted.release()
        else:
            self._begin(request)

    def _start_waiting(self) -> None:
        """For requests that find all workers busy: the reading thread must not wait for one."""
        while not self._stopping:
            self._wanted.acquire()
            if self._waiting:
                self._begin(self._waiting.popleft())

    def _begin(self, request: Request) -> None:
        if request.is_expired:
            EXPIRED.labels(self._service).inc()
            self._settle(request, None)
            return
        try:
            door, kwargs = self._door_of(request), self._arguments_of(request)
        except Refusal as refusal:
            self._refuse(request, refusal)
            return
        if request.correlation_id is not None:
            self._running[request.correlation_id] = request
        try:
            self.container.spawn_worker(
                door,
                *kwargs,
                context_data=request.context,
                handle_result=lambda context, result, exc_info: self._ended(request, result, exc_info),
            )
        except ContainerBeingKilled:
            self._give_back(request)

    def _door_of(self, request: Request) -> RpcEntrypoint:
        door = self._doors.get(request.method)
        if door is None:
            raise UnknownMethod(service=self._service, method=request.method)
        return door

    def _arguments_of(self, request: Request) -> tuple[tuple[Any, ...], dict[str, Any]]:
        body = request.message.body
        if len(body) > LARGEST_REQUEST:
            raise InvalidRequest(fields={"": [f"a request has {LARGEST_REQUEST} bytes at most"]})
        try:
            content = json.loads(body)
            args, kwargs = content["args"], content["kwargs"]
        except (ValueError, TypeError, KeyError) as error:
            raise InvalidRequest(fields={"": ["a JSON object with args and kwargs is expected"]}) from error
        if not isinstance(args, list) or not isinstance(kwargs, dict):
            raise InvalidRequest(fields={"": ["args is a list and kwargs an object"]})
        return tuple(args), kwargs

    def _refuse(self, request: Request, refusal: Refusal) -> None:
        method = request.method if request.method in self._doors else "unknown"
        REQUESTS.labels(self._service, method, refusal.code).inc()
        self._settle(request, encode({"result": None, "error": error_body(refusal)}))

    def _ended(self, request: Request, result: Any, exc_info: Any) -> tuple[Any, Any]:
        error = exc_info[1] if exc_info else None
        outcome, body = "ok", b""
        if error is None:
            try:
                body = encode({"result": result, "error": None})
            except (TypeError, ValueError) as not_json:
                error = not_json
        if error is not None:
            refusal = error if isinstance(error, Refusal) else self._internal(request, error)
            outcome, body = refusal.code, encode({"result": None, "error": error_body(refusal)})
        if request.correlation_id is not None:
            self._running.pop(request.correlation_id, None)
        self._settle(request, body)
        requests, duration = _meters(self._service, request.method, outcome)
        requests.inc()
        duration.observe(time.perf_counter() - request.arrived_at)
        return result, exc_info

    def _internal(self, request: Request, error: BaseException) -> InternalError:
        log.error("rpc_failed", method=request.method, exc_info=error)
        return InternalError(incident=trace_id_of(request.context["traceparent"]))

    def _settle(self, request: Request, body: bytes | None) -> None:
        """Write the answer, if one is awaited, then acknowledge the request, on the channel that it came by."""
        message = request.message
        try:
            with together(message.channel):
                if body is not None and request.reply_key is not None:
                    answer = amqp.Message(
                        body,
                        content_type="application/json",
                        content_encoding="utf-8",
                        correlation_id=request.correlation_id or "",
                        delivery_mode=1,
                    )
                    publish(message.channel, answer, RPC_EXCHANGE, request.reply_key)
                message.channel.basic_ack(message.delivery_tag)
        except LOST as error:
            log.info("rpc_answer_not_sent", method=request.method, error=str(error))
            self._keep(request, body)

    def _keep(self, request: Request, body: bytes | None) -> None:
        """The request will come again by the next connection, to us or to a replica."""
        if body is not None and request.correlation_id is not None:
            self._unsent[request.correlation_id] = body
            while len(self._unsent) > ANSWERS_KEPT:
                self._unsent.popitem(last=False)

    def _give_back(self, request: Request) -> None:
        try:
            request.message.channel.basic_reject(request.message.delivery_tag, requeue=True)
        except LOST as error:
            log.info("rpc_request_went_back_by_itself", method=request.method, error=str(error))


class RpcEntrypoint(Entrypoint):
    """A method that others may call."""

    consumer = RpcConsumer()

    def setup(self) -> None:
        self.consumer.add(self)

    def stop(self) -> None:
        self.consumer.cease()


class CallContext(DependencyProvider):
    """The worker context of a call: statements (actor, person, decision, service) and traceparent."""

    def get_dependency(self, worker_ctx: Any) -> dict[str, Any]:
        context: dict[str, Any] = worker_ctx.data
        return context

    def worker_setup(self, worker_ctx: Any) -> None:
        traceparent = worker_ctx.data.get("traceparent")
        if traceparent is None:
            traceparent = worker_ctx.data["traceparent"] = ensure_traceparent()
        unbind_all()
        bind(
            trace_id=trace_id_of(traceparent),
            service=worker_ctx.service_name,
            method=worker_ctx.entrypoint.method_name,
        )
