"""identity on a real database with its clock in our hand; its commands are called as the doors do."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from chassis import audit
from chassis import tables as chassis_tables
from chassis.runtime import Runtime
from chassis.seals import Opener
from contracts.events import ActorFacts, Sealed
from contracts.identity import CitizenSpace, ContactView, Presence, Profile, SessionView, SignedIn, SignInBegun
from services.identity import commands, queries, views
from services.identity.gateways import Gateways
from services.identity.storage import IdentityWork


@dataclass(frozen=True, kw_only=True)
class Announced:
    type: str
    subject: str
    version: int
    body: dict[str, Any]


class House:
    def __init__(self, runtime: Runtime, opener: Opener) -> None:
        self.runtime = runtime
        self.now = datetime.now(UTC)
        self._opener = opener

    @property
    def gateways(self) -> Gateways:
        gateways: Gateways = self.runtime.gateways
        return gateways

    def work(self, actor: ActorFacts | None = None) -> IdentityWork:
        return IdentityWork(self.runtime, actor)

    def later(self, **passed: float) -> None:
        self.now += timedelta(**passed)

    # ------------------------------------------------------------ signing in

    def begin(self, *, callback_url: str, command_id: UUID | None = None, **asked: Any) -> SignInBegun:
        work = self.work()
        wish: dict[str, Any] = {"return_to": "/dossiers", "means": None, "minimum_level": 100}
        return commands.begin_sign_in(
            work,
            callback_url=callback_url,
            offered=queries.list_means(work, offered=self.gateways.means),
            caller="portal",
            command_id=command_id or uuid4(),
            csam=self.gateways.csam,
            tokens=self.gateways.tokens,
            now=self.now,
            **(wish | asked),
        )

    def complete(self, *, state: str, code: str, browser_secret: str, csam: Any = None, **place: str) -> SignedIn:
        return commands.complete_sign_in(
            self.work(),
            brought=commands.BroughtBack(state=state, code=code, browser_secret=browser_secret, **place),
            csam=csam or self.gateways.csam,
            register=self.gateways.register,
            tokens=self.gateways.tokens,
            now=self.now,
        )

    def present(self, token: str) -> Presence:
        work = self.work()
        session = commands.present_session(work, session_token=token, now=self.now)
        return queries.get_presence(work, session=session, signer=self.gateways.signer, now=self.now)

    def sign_out(self, token: str) -> None:
        commands.sign_out(self.work(), session_token=token, now=self.now)

    def sessions(self, token: str) -> list[SessionView]:
        presence = self.present(token)
        return queries.list_sessions(self.work(), person_id=presence.person_id, this=presence.session_id, now=self.now)

    # ------------------------------------------------------------ herself

    def profile(self, person_id: UUID) -> Profile:
        return queries.get_profile(self.work(), person_id=person_id)

    def create_space(self, person_id: UUID, email: str) -> CitizenSpace:
        contact, link = commands.create_citizen_space(
            self.work(), person_id=person_id, email=email, sealer=self.gateways.sealer, now=self.now
        )
        return views.citizen_space(contact, link)

    def resend(self, person_id: UUID) -> CitizenSpace:
        contact, link = commands.resend_confirmation(
            self.work(), person_id=person_id, sealer=self.gateways.sealer, now=self.now
        )
        return views.citizen_space(contact, link)

    def give_email(self, person_id: UUID, space: str, email: str) -> ContactView:
        contact = commands.give_email(
            self.work(), person_id=person_id, space=space, email=email, sealer=self.gateways.sealer, now=self.now
        )
        return views.contact(contact)

    def contacts(self, person_id: UUID) -> list[ContactView]:
        return queries.list_contacts(self.work(), person_id=person_id)

    def confirm(self, secret: str) -> CitizenSpace:
        contact, link = commands.confirm_email(self.work(), secret=secret, sealer=self.gateways.sealer, now=self.now)
        return views.citizen_space(contact, link)

    # ------------------------------------------------------------ what can be seen from outside

    def announced(self, type_: str | None = None) -> list[Announced]:
        outbox = chassis_tables.outbox
        with self.work() as work:
            rows = work.execute(sa.select(outbox).order_by(outbox.c.position)).all()
        told = [Announced(type=row.type, subject=row.subject, version=row.version, body=row.body) for row in rows]
        return [event for event in told if type_ in {None, event.type}]

    def mail(self) -> dict[str, str]:
        """What notifications finds in the last link that was asked for."""
        return self.unseal(self.announced("email_confirmation_requested")[-1].body)

    def unseal(self, body: dict[str, Any]) -> dict[str, str]:
        return self._opener.open(Sealed(body["sealed"]))

    def acts(self, person_id: UUID) -> list[dict[str, Any]]:
        """Of the audit trail; the newest first."""
        with self.work() as work:
            return audit.list_acts(work, party=person_id)[0]

    def everything_at_rest(self) -> str:
        """All rows of all tables as text; bytes in hex and as far as they can be read."""
        with self.work() as work:
            names = sa.inspect(work.session.connection()).get_table_names()
            rows = [dict(row._mapping) for name in names for row in work.execute(sa.text(f'SELECT * FROM "{name}"'))]
        return json.dumps(rows, default=_shown, ensure_ascii=False)


def _shown(value: object) -> str:
    return f"{value.hex()} {value.decode(errors='replace')}" if isinstance(value, bytes) else str(value)
