"""The serving side: one consumer per service, an answer on the same channel as the request, unconfirmed.

A request is acknowledged after its answer was written. One that comes again, because the connection was lost before
that, is not run a second time by the process that ran it, nor while it still runs there.
"""

from __future__ import annotations

import functools
import threading
import time
from collections import deque
from typing import Any

import amqp
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import DependencyProvider, Entrypoint, SharedExtension
from prometheus_client import Counter, Histogram

from chassis.bus import LOST, Link
from chassis.bus.topology import declare_rpc_exchange, declare_rpc_queue, rpc_queue
from chassis.bus.traces import ensure_traceparent, trace_id_of
from chassis.logs import bind, log, unbind_all
from chassis.rpc.requests import Answers, Request
from chassis.rpc.wire import encode, error_body
from contracts.errors import InternalError, Refusal, UnknownMethod

REQUESTS = Counter("rpc_server_requests_total", "RPC requests answered", ["service", "method", "outcome"])
DURATION = Histogram("rpc_server_duration_seconds", "From arrival to answer of an RPC request", ["service", "method"])
EXPIRED = Counter("rpc_expired_requests_total", "RPC requests not run, nobody waited any more", ["service"])


@functools.cache
def _meters(service: str, method: str, outcome: str) -> tuple[Counter, Histogram]:
    return REQUESTS.labels(service, method, outcome), DURATION.labels(service, method)


class RpcConsumer(SharedExtension):
    """Takes requests from ``rpc-<service>`` and gives them to the doors."""

    def __init__(self) -> None:
        super().__init__()
        self._doors: dict[str, RpcEntrypoint] = {}
        self._link: Link | None = None
        self._channel: amqp.Channel | None = None
        self._tag = ""
        self._stopping = False
        self._waiting: deque[Request] = deque()
        self._wanted = threading.Semaphore(0)
        self._running: dict[str, Request] = {}

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
        self._answers = Answers(self._link.user)
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
            self._waiting.popleft().give_back()
        self._wanted.release()
        self.container.worker_ended.set()

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
        self._channel = channel
        channel.basic_consume(rpc_queue(self._service), consumer_tag=self._tag, callback=self._arrived)
        if self._stopping:
            # We were told to cease before the broker knew of this consumer.
            channel.basic_cancel(self._tag, nowait=True)

    def _lost(self) -> None:
        self._channel = None
        # They come again, to us or to another.
        self._waiting.clear()

    def _arrived(self, message: amqp.Message) -> None:
        request = Request(message, self._service)
        if self._stopping:
            request.give_back()
            return
        if request.is_repeat and self._answer_repeat(request):
            return
        if self._waiting or self.container._worker_pool.free() <= 0:
            self._waiting.append(request)
            self._wanted.release()
        else:
            self._begin(request)

    def _answer_repeat(self, request: Request) -> bool:
        """True when it was run before, or still runs, here."""
        running = self._running.get(request.correlation_id or "")
        if running is not None:
            # The answer will go by this delivery.
            running.message = request.message
            return True
        unsent = self._answers.find_unsent(request.correlation_id)
        if unsent is not None:
            self._answers.settle(request, unsent)
        return unsent is not None

    def _start_waiting(self) -> None:
        """For requests that find all workers busy: the reading thread must not wait for one."""
        while not self._stopping:
            self._wanted.acquire()
            # Until a worker is free: only then is it known whether somebody still waits for the answer.
            self.container.wait_for_worker(until=lambda: self._stopping)
            if self._waiting:
                self._begin(self._waiting.popleft())

    def _begin(self, request: Request) -> None:
        if request.is_expired:
            EXPIRED.labels(self._service).inc()
            self._answers.settle(request, None)
            return
        try:
            door, kwargs = self._door_of(request), request.arguments()
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
            request.give_back()

    def _door_of(self, request: Request) -> RpcEntrypoint:
        door = self._doors.get(request.method)
        if door is None:
            raise UnknownMethod(service=self._service, method=request.method)
        return door

    def _refuse(self, request: Request, refusal: Refusal) -> None:
        method = request.method if request.method in self._doors else "unknown"
        REQUESTS.labels(self._service, method, refusal.code).inc()
        self._answers.settle(request, encode({"result": None, "error": error_body(refusal)}))

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
        self._answers.settle(request, body)
        requests, duration = _meters(self._service, request.method, outcome)
        requests.inc()
        duration.observe(time.perf_counter() - request.arrived_at)
        return result, exc_info

    def _internal(self, request: Request, error: BaseException) -> InternalError:
        log.error("rpc_failed", method=request.method, exc_info=error)
        return InternalError(incident=trace_id_of(request.context["traceparent"]))


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
