"""Stock nameko with SQLAlchemy's ORM: the same look-ups and the same row; the event is dispatched after the commit.

It remembers no command and has no outbox.
"""

from __future__ import annotations

from bench import green  # noqa: F401  isort: skip

import uuid
from datetime import UTC, datetime
from typing import Any

import nameko
import sqlalchemy as sa
from nameko.containers import ServiceContainer
from nameko.events import EventDispatcher
from nameko.rpc import ServiceRpc, rpc
from nameko.testing.services import dummy, entrypoint_hook
from sqlalchemy.ext.declarative import DeferredReflection
from sqlalchemy.orm import DeclarativeBase, Session

from bench import load
from bench.command.office import asking
from bench.verbs import choose, ready

AT_ONCE = 10


class Base(DeferredReflection, DeclarativeBase):
    __abstract__ = True


class Enterprise(Base):
    __tablename__ = "enterprises"


class Role(Base):
    __tablename__ = "roles"


class Mandate(Base):
    __tablename__ = "mandates"


class Designation(Base):
    __tablename__ = "designations"


class RoleRequest(Base):
    __tablename__ = "role_requests"


engine: sa.Engine


class StockDelegation:
    name = "stock_delegation"
    dispatch = EventDispatcher()

    @rpc  # type: ignore[untyped-decorator]
    def request_role(self, **asked: Any) -> dict[str, Any]:
        person_id, now = uuid.UUID(asked["person_id"]), datetime.now(UTC)
        with Session(engine, expire_on_commit=False) as session:
            enterprise: Any = session.get_one(Enterprise, asked["bce_number"], with_for_update={"read": True})
            managers = _managers(session, asked["bce_number"])
            role: Any = session.get_one(Role, asked["role"])
            session.scalars(sa.select(Mandate).filter_by(person_id=person_id, bce_number=asked["bce_number"])).all()
            told = sa.select(Designation).filter_by(bce_number=asked["bce_number"])
            designations: list[Any] = list(session.scalars(told))
            reachable = {designation.person_id for designation in designations}
            row = {
                "role_request_id": uuid.uuid4(),
                "person_id": person_id,
                "requester_name": asked["requester_name"],
                "bce_number": enterprise.bce_number,
                "role_name": role.name,
                "message": asked["message"],
                "state": "open",
                "manager_ids": managers,
                "managers_without_address": len(set(managers) - reachable),
                "requested_at": now,
                "version": 1,
            }
            session.add(RoleRequest(**row))
            session.commit()
        told_to_all = {name: str(value) for name, value in row.items()}
        self.dispatch("role_requested", told_to_all)
        return told_to_all | {"enterprise_name": enterprise.name}


def _managers(session: Session, bce_number: str) -> list[uuid.UUID]:
    roles: Any = Base.metadata.tables["roles"]
    managing = sa.select(roles.c.name).where(roles.c.permissions.contains(["mandate.manage"]))
    mandates: Any = Mandate
    statement = sa.select(mandates).where(
        mandates.bce_number == bce_number, mandates.revoked_at.is_(None), mandates.role_name.in_(managing)
    )
    return [mandate.person_id for mandate in session.scalars(statement)]


class Caller:
    name = "stock_delegation_caller"
    delegation = ServiceRpc("stock_delegation")

    @dummy  # type: ignore[untyped-decorator]
    def measure(self, person_ids: list[str], seconds: float, count: int) -> dict[str, Any]:
        ask = asking(person_ids)

        def request_role() -> None:
            person_id, asked = ask()
            self.delegation.request_role(**asked, person_id=person_id, requester_name="Amélie Dubois")

        return load.both(request_role, seconds=seconds, count=count, warm_up=50)


def serve(amqp_uri: str, database_url: str) -> None:
    global engine
    url = sa.make_url(database_url).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, pool_size=AT_ONCE, max_overflow=0)
    Base.prepare(engine)
    nameko.config.setup({"AMQP_URI": amqp_uri, "max_workers": AT_ONCE})
    container = ServiceContainer(StockDelegation)
    container.start()
    ready()
    container.wait()


def call(amqp_uri: str, person_ids: list[str], seconds: float, count: int) -> dict[str, Any]:
    nameko.config.setup({"AMQP_URI": amqp_uri})
    container = ServiceContainer(Caller)
    container.start()
    with entrypoint_hook(container, "measure") as measure:
        told: dict[str, Any] = measure(person_ids, seconds, count)
    container.stop()
    return told


if __name__ == "__main__":
    choose(serve=serve, call=call)
