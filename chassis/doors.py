"""Doors of a service: ``@rpc``, ``@hears``, ``@timer``, ``@http``.

A door translates and calls one command or query. What it gives the method:

    @rpc(schemas.RequestRole, statements=("person",))          # a CommandSchema: idempotent, in one transaction
    def request_role(self, call, *, bce_number, role, message):
        return views.role_request(commands.request_role(call.work, …, requested_by=call.actor, now=call.now))

    @hears(RoleGranted)                                         # in the inbox's transaction
    def on_role_granted(self, heard):
        reactions.open_access(heard.work, heard.event, version=heard.version, now=heard.now)

    @timer(seconds=5, name="mails")                             # also run at once by work.wake("mails")
    def deliver_mails(self, tick):
        commands.deliver_mails(tick.work, smtp=tick.gateways.smtp, now=tick.now)
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import marshmallow as ma
from nameko.extensions import register_entrypoint

from chassis import audit, idempotency, limits
from chassis.admission import Call, StatementKind, admit
from chassis.database import Work
from chassis.http import HttpEntrypoint, HttpServer
from chassis.inbox import HearsEntrypoint, Inbox
from chassis.logs import log
from chassis.outbox import Relay
from chassis.rpc import CallContext, RpcEntrypoint
from chassis.runtime import Runtime
from chassis.sessions import forget_sessions, revoke_session
from chassis.settings import ServiceSettings
from chassis.timers import TimerEntrypoint
from contracts import wire
from contracts.errors import InvalidRequest
from contracts.events import Event
from contracts.exports import PersonExport
from contracts.identity import SessionRevoked

__all__ = ["Call", "CommandSchema", "Door", "Heard", "QuerySchema", "Service", "Tick", "hears", "http", "rpc", "timer"]


class QuerySchema(ma.Schema):
    """Of a door that changes nothing. Unknown fields are refused."""

    class Meta:
        unknown = ma.RAISE


class CommandSchema(QuerySchema):
    """Of a door that changes something: a repeat with the same ``command_id`` gets the first answer."""

    command_id = ma.fields.UUID(required=True)


class ExportSchema(QuerySchema):
    before = ma.fields.UUID(load_default=None, allow_none=True)


@dataclass(frozen=True, kw_only=True)
class Heard:
    """An event that arrived. ``version`` is (epoch, n) of the subject's state; ``republished`` when it is told again
    for a new or restored listener, so that nobody must be written to a second time."""

    runtime: Runtime
    work: Any
    now: datetime
    event_id: Any
    event: Any
    version: tuple[int, int]
    republished: bool

    @property
    def gateways(self) -> Any:
        return self.runtime.gateways


@dataclass(frozen=True, kw_only=True)
class Tick:
    runtime: Runtime
    work: Any
    now: datetime

    @property
    def gateways(self) -> Any:
        return self.runtime.gateways


def rpc(
    schema: type[QuerySchema] = QuerySchema,
    *,
    scope: str | None = None,
    or_scope: str | None = None,
    role: str | None = None,
    level: int = 0,
    statements: tuple[StatementKind, ...] = (),
    remember: bool = True,
    limit: limits.Limit | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An RPC door.

    With ``scope`` a service must call, holding it; otherwise an actor (or, with ``or_scope``, such a service).
    ``role`` and ``level`` are the actor's least; to a stranger to the role the door does not exist. ``remember=False``
    is for an answer that must not rest in the database (a session's secret): the command is then idempotent itself.
    ``limit``: how often it may be tried.
    """

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def door(self: Service, *args: Any, **kwargs: Any) -> Any:
            arguments = _parse(schema, args, kwargs)
            call = admit(self, scope, or_scope, role, level, statements, arguments.pop("command_id", None))
            if limit is not None:
                limit.count(call, arguments)
            if call.command_id is not None and remember:
                return idempotency.once(
                    call, method.__name__, kwargs, lambda: wire.dump(method(self, call, **arguments))
                )
            return wire.dump(method(self, call, **arguments))

        door.schema = schema  # type: ignore[attr-defined]
        register_entrypoint(door, RpcEntrypoint())
        return door

    return decorate


def hears(event: type[Event]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A reaction to an event: run from the inbox, retried, parked when it cannot be done."""

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        register_entrypoint(method, HearsEntrypoint(event))
        return method

    return decorate


def timer(*, seconds: float, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Runs every so many seconds, and at once after ``work.wake(name)``. It only wakes: due rows are claimed."""

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def door(self: Service) -> None:
            runtime = self.runtime
            method(self, Tick(runtime=runtime, work=runtime.work_class(runtime), now=runtime.now()))

        register_entrypoint(door, TimerEntrypoint(seconds, name))
        return door

    return decorate


def http(verb: str, path: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An HTTP door on the service's port: the method gets a ``Tick``, the werkzeug request and the path's values."""

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def door(self: Service, request: Any, **values: Any) -> Any:
            runtime = self.runtime
            tick = Tick(runtime=runtime, work=runtime.work_class(runtime), now=runtime.now())
            return method(self, tick, request, **values)

        register_entrypoint(door, HttpEntrypoint(verb, path))
        return door

    return decorate


class Door:
    """Every nameko service of ours: health and metrics on its own port."""

    name: ClassVar[str]
    settings_class: ClassVar[type[ServiceSettings]]
    work_class: ClassVar[type[Work]] = Work
    runtime: ClassVar[Runtime]

    http_server = HttpServer()

    @classmethod
    def open_gateways(cls, runtime: Runtime) -> Any:
        """The service's neighbours, made once per process; ``call.gateways`` afterwards."""
        return None

    @classmethod
    def digest_key(cls, runtime: Runtime) -> bytes | None:
        """Under which a command is known again by the national number in it; None where there is none."""
        return None


class Service(Door):
    """A service with a database, an outbox and an inbox. Statements of revoked sessions are refused everywhere."""

    context = CallContext()
    relay = Relay()
    inbox = Inbox()

    @hears(SessionRevoked)
    def on_session_revoked(self, heard: Heard) -> None:
        revoke_session(heard.work, heard.event)

    @rpc(ExportSchema)
    def export_person(self, call: Call, *, before: UUID | None) -> PersonExport:
        """What is held here on who asks, and what was done that concerns her."""
        with call.work:
            acts, more_before = audit.list_acts(call.work, party=call.actor.person_id, before=before)
            holds = self.holdings(call) if before is None else {}
            return PersonExport(service=self.name, holds=holds, acts=acts, more_before=more_before)

    def holdings(self, call: Call) -> dict[str, Any]:
        """The service's own part of an export, of anything that can be put on the wire."""
        return {}

    @timer(seconds=5, name="audit")
    def seal_acts(self, tick: Tick) -> None:
        while audit.seal(tick.work):
            log.debug("acts_sealed")
        audit.sign_head(tick.work, now=tick.now)

    @timer(seconds=3600, name="forget")
    def forget_old(self, tick: Tick) -> None:
        while idempotency.forget_old(tick.work, before=tick.now - idempotency.KEPT):
            log.info("old_commands_forgotten")
        forget_sessions(tick.work, before=tick.now)
        limits.forget_attempts(self.runtime, before=tick.now)


def _parse(schema: type[QuerySchema], args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    if args:
        raise InvalidRequest(fields={"": ["arguments are given by name"]})
    try:
        arguments: dict[str, Any] = _made(schema).load(kwargs)
    except ma.ValidationError as error:
        raise InvalidRequest(fields=_flat(error.messages)) from error
    return arguments


@functools.cache
def _made(schema: type[QuerySchema]) -> QuerySchema:
    # To make one takes longer than to load with it.
    return schema()


def _flat(messages: Any, path: str = "") -> dict[str, list[str]]:
    if isinstance(messages, list):
        return {path: [str(message) for message in messages]}
    flat: dict[str, list[str]] = {}
    for name, below in messages.items():
        flat |= _flat(below, f"{path}.{name}" if path else str(name))
    return flat
