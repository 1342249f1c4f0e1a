"""Stock nameko: the event is dispatched after the commit (there is no outbox), the handler writes by SQLAlchemy."""

from __future__ import annotations

from bench import green  # noqa: F401  isort: skip

from typing import Any
from uuid import UUID

import nameko
import sqlalchemy as sa
from nameko.containers import ServiceContainer
from nameko.events import EventDispatcher, event_handler
from nameko.testing.services import dummy, entrypoint_hook
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from bench.causes import AT_ONCE, WORDS, Write, body_of, write_all
from bench.verbs import choose, ready


class Base(DeclarativeBase):
    pass


class Cause(Base):
    __tablename__ = "causes"
    cause_id: Mapped[UUID] = mapped_column(primary_key=True)
    words: Mapped[str]


class Effect(Base):
    __tablename__ = "effects"
    cause_id: Mapped[UUID] = mapped_column(primary_key=True)
    words: Mapped[str]


def engine_of(database_url: str) -> sa.Engine:
    url = sa.make_url(database_url).set(drivername="postgresql+psycopg")
    return sa.create_engine(url, pool_size=AT_ONCE, max_overflow=0)


engine: sa.Engine


class Causing:
    name = "stock_cause"
    dispatch = EventDispatcher()

    @dummy  # type: ignore[untyped-decorator]
    def write_causes(self, count: int, per_second: float | None) -> None:
        def write(cause_id: UUID) -> None:
            with Session(engine) as session:
                session.add(Cause(cause_id=cause_id, words=WORDS))
                session.commit()
            self.dispatch("caused", body_of(cause_id))

        def open_writer() -> Write:
            return write

        write_all(open_writer, count, per_second)


class Reacting:
    name = "stock_effect"

    @event_handler("stock_cause", "caused")  # type: ignore[untyped-decorator]
    def on_caused(self, body: dict[str, Any]) -> None:
        with Session(engine) as session:
            session.add(Effect(cause_id=UUID(body["cause_id"]), words=body["words"]))
            session.commit()


def _container(service: type, amqp_uri: str, database_url: str) -> ServiceContainer:
    global engine
    engine = engine_of(database_url)
    nameko.config.setup({"AMQP_URI": amqp_uri, "max_workers": AT_ONCE})
    container = ServiceContainer(service)
    container.start()
    return container


def cause(amqp_uri: str, database_url: str, count: int, per_second: float | None) -> None:
    container = _container(Causing, amqp_uri, database_url)
    with entrypoint_hook(container, "write_causes") as write_causes:
        write_causes(count, per_second)
    container.stop()


def listen(amqp_uri: str, database_url: str) -> None:
    container = _container(Reacting, amqp_uri, database_url)
    ready()
    container.wait()


if __name__ == "__main__":
    choose(cause=cause, listen=listen)
