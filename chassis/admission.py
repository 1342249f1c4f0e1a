"""Who may come in by a door, and what the door then knows of the call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from chassis.runtime import Runtime
from chassis.sessions import require_not_revoked
from chassis.statements import Actor, Decision, ServiceCaller
from contracts.errors import LevelTooLow, NotFound, ScopeMissing, StatementMissing
from contracts.events import ActorFacts
from contracts.identity import PersonFacts

if TYPE_CHECKING:
    from chassis.doors import Service

StatementKind = Literal["person", "decision"]


@dataclass(frozen=True, kw_only=True)
class Call:
    """What a door knows of one call. ``actor`` is None where a service vouches; ``person`` and ``decision`` are there
    when the door asks for them (a decision only when the caller sent one: the command says when it must have it)."""

    runtime: Runtime
    work: Any
    now: datetime
    _actor: Actor | None
    _person: PersonFacts | None
    decision: Decision | None
    service: ServiceCaller | None
    command_id: Any = None

    @property
    def actor(self) -> Actor:
        if self._actor is None:
            raise StatementMissing(kind="actor")
        return self._actor

    @property
    def person(self) -> PersonFacts:
        if self._person is None:
            raise StatementMissing(kind="person")
        return self._person

    @property
    def gateways(self) -> Any:
        return self.runtime.gateways


def admit(
    door: Service,
    scope: str | None,
    or_scope: str | None,
    role: str | None,
    level: int,
    statements: tuple[StatementKind, ...],
    command_id: Any,
) -> Call:
    """Raises the statement's refusal, StatementMissing, ScopeMissing, SessionIsRevoked, LevelTooLow, or NotFound to who
    lacks the role."""
    runtime, sent = door.runtime, door.context
    now = runtime.now()

    def read(kind: Any) -> Any:
        return runtime.verifier.verify(kind, sent[kind], now=now) if sent.get(kind) else None

    actor: Actor | None = None
    service: ServiceCaller | None = None
    if scope is None and sent.get("actor"):
        actor = read("actor")
    else:
        service = read("service")
    if actor is None and service is None:
        raise StatementMissing(kind="service" if scope else "actor")
    if service is not None and (scope or or_scope) not in service.scopes:
        raise ScopeMissing(scope=scope) if scope else StatementMissing(kind="actor")
    if actor is not None:
        require_not_revoked(runtime, actor, now=now)
        if role is not None and role not in actor.roles:
            raise NotFound()
        if actor.level < level:
            raise LevelTooLow(required=level, held=actor.level)
    person: PersonFacts | None = read("person") if "person" in statements else None
    decision: Decision | None = read("decision") if "decision" in statements else None
    for kind, stated in (("person", person), ("decision", decision)):
        if actor is not None and stated is not None and stated.person_id != actor.person_id:
            raise StatementMissing(kind=kind)
    facts = ActorFacts(
        person_id=actor.person_id if actor else None,
        mandate_id=decision.mandate_id if decision else None,
        level=actor.level if actor else None,
        service=service.name if service else None,
    )
    return Call(
        runtime=runtime,
        work=runtime.work_class(runtime, facts, sent.get("traceparent")),
        now=now,
        _actor=actor,
        _person=person,
        decision=decision,
        service=service,
        command_id=command_id,
    )
