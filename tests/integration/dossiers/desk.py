"""dossiers on a real database with its clock in our hand; its doors are called as the RPC server calls them."""

from __future__ import annotations

import io
import json
import typing
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from chassis import tables as chassis_tables
from chassis.doors import Heard
from chassis.runtime import Runtime
from chassis.statements import Actor, Decision, ServiceCaller, Signer
from contracts import wire
from contracts.delegation import RoleGranted
from contracts.dossiers import Dossiers, DossierView, FileTicket
from contracts.events import Event
from contracts.identifiers import BceNumber, EstablishmentNumber
from contracts.identity import Domicile, PersonFacts
from deploy.embedded.keys import Keys
from services.dossiers.service import DossiersService
from services.dossiers.storage import DossiersWork
from services.dossiers.storage.tables import tickets, uploads
from tests.integration.dossiers.content import ALL, ELECTION, GRANT, GRANT_ANSWERS, a_grant, a_pdf, digest
from tests.unit.dossiers.builders import ATELIERS, COMMUNAL, NAMUR, NOON


@dataclass
class HandClock:
    moment: datetime

    def now(self) -> datetime:
        return self.moment


@dataclass(frozen=True, kw_only=True)
class Announced:
    type: str
    subject: str
    version: int
    body: dict[str, Any]


class Visitor:
    """A signed-in person. ``rpc``: the doors, with her statements; ``deciding(…)``: with delegation's decision too."""

    def __init__(self, desk: Desk, *, roles: list[str], level: int, domicile: Domicile | None) -> None:
        self.person_id = uuid4()
        self._desk = desk
        self._actor = Actor(person_id=self.person_id, session_id=uuid4(), level=level, roles=roles)
        self._person = PersonFacts(person_id=self.person_id, given_name="Amélie", surname="Dubois", domicile=domicile)

    @property
    def rpc(self) -> Dossiers:
        return self._desk.doors(actor=self._actor, person=self._person)

    def deciding(
        self,
        *,
        permission: str = "dossier.submit",
        bce_number: BceNumber = ATELIERS,
        establishment: EstablishmentNumber | None = None,
    ) -> Dossiers:
        decision = Decision(
            person_id=self.person_id,
            bce_number=bce_number,
            permission=permission,
            procedure=None,
            establishment=establishment,
            mandate_id=uuid4(),
        )
        return self._desk.doors(actor=self._actor, person=self._person, decision=decision)


class Desk:
    def __init__(self, runtime: Runtime, keys: Keys) -> None:
        self.runtime = runtime
        self.keys = keys
        self._clock = HandClock(NOON)
        runtime.clock = typing.cast(Any, self._clock)

    # ------------------------------------------------------------ time and people

    @property
    def now(self) -> datetime:
        return self._clock.moment

    @now.setter
    def now(self, moment: datetime) -> None:
        self._clock.moment = moment

    def later(self, **passed: float) -> None:
        self.now += timedelta(**passed)

    def visitor(
        self, *, roles: list[str] | None = None, level: int = 450, domicile: Domicile | None = NAMUR
    ) -> Visitor:
        return Visitor(self, roles=roles or [], level=level, domicile=domicile)

    def agent(self) -> Visitor:
        return self.visitor(roles=["agent"])

    def holder(self, *permissions: str, **given: Any) -> Visitor:
        """Somebody to whom delegation granted these permissions; all without any."""
        visitor = self.visitor()
        self.grant(visitor, *permissions, **given)
        return visitor

    # ------------------------------------------------------------ what is heard

    def grant(self, visitor: Visitor, *permissions: str, **given: Any) -> RoleGranted:
        event: RoleGranted = a_grant(visitor.person_id, permissions=list(permissions) or ALL, **given)
        self.hear(event)
        return event

    def hear(self, event: Event, *, version: tuple[int, int] | None = None) -> None:
        """React as the inbox does."""
        work = self.work()
        heard = Heard(
            runtime=self.runtime,
            work=work,
            now=self.now,
            event_id=uuid4(),
            event=event,
            version=version or (1, event.version),
            republished=False,
        )
        with work:
            getattr(DossiersService, f"on_{event.type}")(DossiersService(), heard)

    # ------------------------------------------------------------ doors

    def doors(self, **facts: Any) -> Dossiers:
        """Those of the Protocol, for who brings these statements."""
        return self.doors_for(**{kind: self.sign(kind, each) for kind, each in facts.items()})

    def doors_for(self, **statements: str) -> Dossiers:
        """With statements as they are, right or wrong."""
        return typing.cast(Dossiers, _Doors(self.runtime, statements))

    def sign(self, kind: str, facts: Any, *, by: str | None = None) -> str:
        """``by``: another than the one who may."""
        issuer = {"decision": "delegation", "service": "operator"}.get(kind, "identity")
        signer = Signer(issuer, self.keys.signing_key_file(by or issuer))
        lasts = timedelta(seconds=30) if kind == "decision" else timedelta(minutes=5)
        return signer.sign(typing.cast(Any, kind), facts, now=self.now, lasts=lasts)

    def catalogue(self, *scopes: str) -> Dossiers:
        return self.doors(service=ServiceCaller(name="portal", scopes=list(scopes) or ["dossiers.catalogue"]))

    def http(self, verb: str, url: str, content: bytes = b"", *, length: int | None = None) -> Response:
        """Raises the refusal that the HTTP server would write as a problem."""
        environ = EnvironBuilder(path=url, method=verb, input_stream=io.BytesIO(content)).get_environ()
        environ["CONTENT_LENGTH"] = str(len(content) if length is None else length)
        service = _service(self.runtime, {})
        method = service.receive_file if verb == "PUT" else service.take_file
        return typing.cast(Response, method(Request(environ), ticket=url.rpartition("/")[2]))

    # ------------------------------------------------------------ on the way

    def begin(
        self, who: Visitor, dossier: DossierView, content: bytes, *, command_id: UUID | None = None, **asked: Any
    ) -> FileTicket:
        facts: dict[str, Any] = {
            "heading": "claim",
            "complement_id": None,
            "file_name": "reclamation.pdf",
            "size": len(content),
            "sha256": digest(content),
        }
        return who.rpc.begin_upload(dossier_id=dossier.dossier_id, command_id=command_id or uuid4(), **(facts | asked))

    def upload(self, who: Visitor, dossier: DossierView, content: bytes | None = None, **asked: Any) -> FileTicket:
        content = content or a_pdf()
        ticket = self.begin(who, dossier, content, **asked)
        assert self.http("PUT", ticket.url, content).status_code == 204
        return ticket

    def an_election_draft(self, who: Visitor, **answers: Any) -> DossierView:
        """Filled in, with its file; not validated."""
        dossier = who.rpc.start_draft(procedure=ELECTION, bce_number=None, command_id=uuid4())
        saved = who.rpc.save_draft(dossier_id=dossier.dossier_id, answers=COMMUNAL | answers, command_id=uuid4())
        assert saved.errors == {}
        self.upload(who, dossier)
        return who.rpc.get_dossier(dossier_id=dossier.dossier_id)

    def a_grant_draft(self, who: Visitor, establishment: EstablishmentNumber | None = None) -> DossierView:
        rpc = who.deciding(permission="dossier.draft", establishment=establishment) if establishment else who.rpc
        dossier = rpc.start_draft(
            procedure=GRANT, bce_number=ATELIERS, establishment_number=establishment, command_id=uuid4()
        )
        saved = who.rpc.save_draft(dossier_id=dossier.dossier_id, answers=GRANT_ANSWERS, command_id=uuid4())
        assert saved.errors == {}
        self.upload(who, dossier, heading="quote")
        return who.rpc.get_dossier(dossier_id=dossier.dossier_id)

    def validated(self, who: Visitor, dossier: DossierView) -> DossierView:
        return who.rpc.validate_draft(dossier_id=dossier.dossier_id, command_id=uuid4())

    def submitted(self, who: Visitor, **answers: Any) -> DossierView:
        dossier = self.validated(who, self.an_election_draft(who, **answers))
        return self.submit(who.rpc, dossier)

    def submit(self, rpc: Dossiers, dossier: DossierView, *, late_confirmed: bool = False) -> DossierView:
        return rpc.submit_dossier(dossier_id=dossier.dossier_id, late_confirmed=late_confirmed, command_id=uuid4())

    def claimed(self, agent: Visitor, who: Visitor, **answers: Any) -> DossierView:
        dossier = self.submitted(who, **answers)
        return agent.rpc.claim_dossier(dossier_id=dossier.dossier_id, command_id=uuid4())

    # ------------------------------------------------------------ what can be seen

    def work(self) -> DossiersWork:
        return DossiersWork(self.runtime)

    def announced(self) -> list[Announced]:
        outbox = chassis_tables.outbox
        with self.work() as work:
            rows = work.execute(sa.select(outbox).order_by(outbox.c.position)).all()
        return [Announced(type=row.type, subject=row.subject, version=row.version, body=row.body) for row in rows]

    def at_rest(self, *names: str) -> str:
        """All rows of some tables as text."""
        tables = {table.name: table for table in (chassis_tables.commands, tickets, uploads)}
        with self.work() as work:
            rows = [dict(row._mapping) for name in names for row in work.execute(sa.select(tables[name]))]
        return json.dumps(rows, default=str)


class _Doors:
    """Arguments and answers cross as plain JSON, as on the bus."""

    def __init__(self, runtime: Runtime, context: dict[str, str]) -> None:
        self._runtime = runtime
        self._context = context

    def __getattr__(self, method: str) -> Callable[..., Any]:
        returned = typing.get_type_hints(getattr(Dossiers, method))["return"]
        door = getattr(_service(self._runtime, self._context), method)

        def call(**arguments: Any) -> Any:
            answer = door(**json.loads(json.dumps(wire.dump(arguments))))
            return wire.load(returned, json.loads(json.dumps(answer)))

        return call


def _service(runtime: Runtime, context: dict[str, str]) -> DossiersService:
    service = DossiersService()
    vars(service).update(runtime=runtime, context=context)
    return service
