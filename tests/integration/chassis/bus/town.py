"""Two services, small enough to see what the bus does: teller tells stories, hearer remembers what it heard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol
from uuid import UUID, uuid4

import eventlet
import marshmallow as ma
import sqlalchemy as sa

from chassis import tables
from chassis.database import connect
from chassis.doors import CommandSchema, QuerySchema, Service, hears, rpc
from chassis.inbox import Inbox, NotYet
from chassis.outbox import Relay
from chassis.settings import DatabaseSettings
from contracts.errors import NotFound
from contracts.events import Event

metadata = sa.MetaData()
# Rows are only added, without any uniqueness: what happened twice is there twice.
ran = sa.Table("ran", metadata, sa.Column("word", sa.Text), sa.Column("at", sa.DateTime(timezone=True)))
heard = sa.Table("heard", metadata, sa.Column("story_id", sa.UUID), sa.Column("words", sa.Text))
cures = sa.Table("cures", metadata, sa.Column("words", sa.Text, primary_key=True))


@dataclass(frozen=True, kw_only=True)
class Told(Event):
    publisher: ClassVar[str] = "teller"
    type: ClassVar[str] = "told"
    subject_id: ClassVar[str] = "story_id"
    listeners: ClassVar[tuple[str, ...]] = ("hearer",)

    story_id: UUID
    words: str


@dataclass(frozen=True, kw_only=True)
class Whispered(Event):
    """Nobody is known to listen."""

    publisher: ClassVar[str] = "teller"
    type: ClassVar[str] = "whispered"
    subject_id: ClassVar[str] = "story_id"

    story_id: UUID


@dataclass(frozen=True, kw_only=True)
class Story:
    story_id: UUID
    words: str
    told_at: datetime


class Teller(Protocol):
    def echo(self, *, words: str) -> str: ...

    def find_story(self, *, words: str) -> Story | None: ...

    def refuse(self) -> None: ...

    def stumble(self) -> None: ...

    def linger(self, *, word: str, seconds: float) -> str: ...

    def tell(self, *, words: str, command_id: UUID) -> Story: ...

    def tell_and_regret(self, *, words: str, command_id: UUID) -> Story: ...

    def whisper(self, *, command_id: UUID) -> None: ...

    def no_such_method(self) -> None: ...


class Nobody(Protocol):
    def echo(self, *, words: str) -> str: ...


class _Echo(QuerySchema):
    words = ma.fields.String(required=True)


class _Linger(QuerySchema):
    word = ma.fields.String(required=True)
    seconds = ma.fields.Float(required=True)


class _Tell(CommandSchema):
    words = ma.fields.String(required=True)


@dataclass(frozen=True, kw_only=True)
class TellerSettings(DatabaseSettings):
    service: ClassVar[str] = "teller"


@dataclass(frozen=True, kw_only=True)
class HearerSettings(DatabaseSettings):
    service: ClassVar[str] = "hearer"


def _told(call: Any, words: str) -> Story:
    story = Story(story_id=uuid4(), words=words, told_at=call.now)
    call.work.announce(Told(story_id=story.story_id, words=words, version=1, occurred_at=call.now))
    return story


class TellerService(Service):
    name = "teller"
    settings_class = TellerSettings
    relay = Relay(poll=0.5, first_delay=0.1, may_refuse_for=1)

    @rpc(_Echo, scope="test")
    def echo(self, call: Any, *, words: str) -> str:
        return words

    @rpc(_Echo, scope="test")
    def find_story(self, call: Any, *, words: str) -> Story | None:
        return Story(story_id=uuid4(), words=words, told_at=call.now) if words else None

    @rpc(scope="test")
    def refuse(self, call: Any) -> None:
        raise NotFound(asked_by=call.service.name)

    @rpc(scope="test")
    def stumble(self, call: Any) -> None:
        raise KeyError("85.07.30-033.28")

    @rpc(_Linger, scope="test")
    def linger(self, call: Any, *, word: str, seconds: float) -> str:
        with call.work as work:
            work.execute(sa.insert(ran).values(word=word, at=call.now))
        eventlet.sleep(seconds)
        return word

    @rpc(_Tell, scope="test")
    def tell(self, call: Any, *, words: str) -> Story:
        with call.work:
            return _told(call, words)

    @rpc(_Tell, scope="test")
    def tell_and_regret(self, call: Any, *, words: str) -> Story:
        with call.work:
            _told(call, words)
            raise NotFound()

    @rpc(CommandSchema, scope="test")
    def whisper(self, call: Any) -> None:
        with call.work as work:
            work.announce(Whispered(story_id=uuid4(), version=1, occurred_at=call.now))


class HearerService(Service):
    name = "hearer"
    settings_class = HearerSettings
    inbox = Inbox(attempts=3, first_delay=0.05, poll=0.5)
    relay = Relay(poll=0.5)

    @hears(Told)
    def on_told(self, heard_event: Any) -> None:
        work, told = heard_event.work, heard_event.event
        is_cured = work.execute(sa.select(cures).where(cures.c.words == told.words)).first() is not None
        work.execute(sa.insert(heard).values(story_id=told.story_id, words=told.words))
        if told.words.startswith("poison") and not is_cured:
            raise RuntimeError("the reaction fails")
        if told.words.startswith("early") and not is_cured:
            raise NotYet(f"the cure of {told.words}")


SERVICES = {"teller": TellerService, "hearer": HearerService}


def make_tables(database_url: str) -> sa.Engine:
    engine = connect(database_url, pool=2, name="test")
    with engine.begin() as connection:
        tables.metadata.create_all(connection)
        connection.execute(sa.insert(tables.publication))
        metadata.create_all(connection)
    return engine
