"""Doors of identity. The contract is ``contracts.identity.Identity``."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from chassis.doors import Call, CommandSchema, Service, Tick, rpc, timer
from chassis.runtime import Runtime
from contracts.identifiers import NationalNumber
from contracts.identity import CitizenSpace, Language, Means, Presence, Profile, SignedIn, SignInBegun
from services.identity import commands, queries, schemas, views
from services.identity.gateways import Gateways, open_gateways
from services.identity.settings import IdentitySettings
from services.identity.storage import IdentityWork

SIGN_IN: Final = "identity.sign_in"
REFER: Final = "identity.refer"
PERSON_STATEMENT_LASTS: Final = timedelta(minutes=5)


class IdentityService(Service):
    name = "identity"
    settings_class = IdentitySettings
    work_class = IdentityWork

    @classmethod
    def open_gateways(cls, runtime: Runtime) -> Gateways:
        assert isinstance(runtime.settings, IdentitySettings)
        return open_gateways(runtime.settings)

    # ------------------------------------------------------------ signing in; the portal vouches

    @rpc(scope=SIGN_IN)
    def list_means(self, call: Call) -> list[Means]:
        return queries.list_means(call.work, offered=call.gateways.means)

    # Its answer holds secrets and may not rest in the table of commands: it is derived again at a repeat.
    @rpc(schemas.BeginSignIn, scope=SIGN_IN, remember=False)
    def begin_sign_in(
        self, call: Call, *, return_to: str, callback_url: str, means: str | None, minimum_level: int
    ) -> SignInBegun:
        return commands.begin_sign_in(
            call.work,
            return_to=return_to,
            callback_url=callback_url,
            means=means,
            minimum_level=minimum_level,
            offered=queries.list_means(call.work, offered=call.gateways.means),
            caller=_caller(call),
            command_id=call.command_id,
            csam=call.gateways.csam,
            tokens=call.gateways.tokens,
            now=call.now,
        )

    @rpc(schemas.CompleteSignIn, scope=SIGN_IN, remember=False)
    def complete_sign_in(self, call: Call, *, state: str, code: str, browser_secret: str) -> SignedIn:
        return commands.complete_sign_in(
            call.work,
            brought=commands.BroughtBack(state=state, code=code, browser_secret=browser_secret),
            csam=call.gateways.csam,
            register=call.gateways.register,
            tokens=call.gateways.tokens,
            now=call.now,
        )

    @rpc(schemas.PresentSession, scope=SIGN_IN)
    def present_session(self, call: Call, *, session_token: str) -> Presence:
        session = commands.present_session(call.work, session_token=session_token, now=call.now)
        return queries.get_presence(call.work, session=session, signer=call.gateways.signer, now=call.now)

    @rpc(schemas.SignOut, scope=SIGN_IN)
    def sign_out(self, call: Call, *, session_token: str) -> None:
        commands.sign_out(call.work, session_token=session_token, now=call.now)

    @rpc(schemas.ConfirmEmail, scope=SIGN_IN)
    def confirm_email(self, call: Call, *, secret: str) -> CitizenSpace:
        contact = commands.confirm_email(call.work, secret=secret, sealer=call.gateways.sealer, now=call.now)
        return views.citizen_space(contact)

    # ------------------------------------------------------------ the person herself

    @rpc()
    def get_profile(self, call: Call) -> Profile:
        return queries.get_profile(call.work, person_id=call.actor.person_id)

    @rpc(schemas.CreateCitizenSpace)
    def create_citizen_space(self, call: Call, *, email: str) -> CitizenSpace:
        contact, link = commands.create_citizen_space(
            call.work, person_id=call.actor.person_id, email=email, sealer=call.gateways.sealer, now=call.now
        )
        return views.citizen_space(contact, link)

    @rpc(CommandSchema)
    def resend_confirmation(self, call: Call) -> CitizenSpace:
        contact, link = commands.resend_confirmation(
            call.work, person_id=call.actor.person_id, sealer=call.gateways.sealer, now=call.now
        )
        return views.citizen_space(contact, link)

    @rpc(schemas.AcknowledgeNotice)
    def acknowledge_notice(self, call: Call, *, notice: str) -> None:
        commands.acknowledge_notice(call.work, person_id=call.actor.person_id, notice=notice, now=call.now)

    @rpc(schemas.ChooseLanguage)
    def choose_language(self, call: Call, *, language: Language) -> None:
        commands.choose_language(call.work, person_id=call.actor.person_id, language=language, now=call.now)

    @rpc()
    def issue_person_statement(self, call: Call) -> str:
        facts = queries.get_person_facts(call.work, person_id=call.actor.person_id)
        return str(call.gateways.signer.sign("person", facts, now=call.now, lasts=PERSON_STATEMENT_LASTS))

    # ------------------------------------------------------------ who mentions a person

    @rpc(schemas.ReferTo, or_scope=REFER)
    def refer_to(self, call: Call, *, national_number: NationalNumber) -> UUID:
        return commands.refer_to(call.work, national_number=national_number, now=call.now)

    @timer(seconds=3600, name="forget_sign_ins")
    def forget_what_is_over(self, tick: Tick) -> None:
        commands.forget_what_is_over(tick.work, now=tick.now)


def _caller(call: Call) -> str:
    # A door with a scope lets only services in.
    assert call.service is not None
    return call.service.name


SERVICE = IdentityService
