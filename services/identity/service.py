"""Doors of identity. The contract is ``contracts.identity.Identity``."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from chassis.doors import Call, CommandSchema, Heard, Tick, hears, rpc, timer
from chassis.runtime import Runtime
from contracts.dossiers import (
    ComplementAnswered,
    ComplementRequested,
    DossierClaimed,
    DossierDecided,
    DossiersRetold,
    DossierSubmitted,
)
from contracts.identifiers import NationalNumber
from contracts.identity import (
    AccountDeletion,
    AccountDeletionOutlook,
    CitizenSpace,
    ContactView,
    Language,
    LinkingView,
    Means,
    MeansName,
    Presence,
    Profile,
    SessionView,
    SignedIn,
    SignInBegun,
)
from services.identity import commands, limits, queries, reactions, schemas, views
from services.identity.agent_doors import AgentDoors
from services.identity.gateways import Gateways, open_gateways
from services.identity.settings import IdentitySettings
from services.identity.storage import IdentityWork

SIGN_IN: Final = "identity.sign_in"
REFER: Final = "identity.refer"
DELETION_LEVEL: Final = 350
PERSON_STATEMENT_LASTS: Final = timedelta(minutes=5)


class IdentityService(AgentDoors):
    name = "identity"
    settings_class = IdentitySettings
    work_class = IdentityWork

    @classmethod
    def open_gateways(cls, runtime: Runtime) -> Gateways:
        assert isinstance(runtime.settings, IdentitySettings)
        return open_gateways(runtime.settings)

    @classmethod
    def digest_key(cls, runtime: Runtime) -> bytes:
        gateways: Gateways = runtime.gateways
        return gateways.vault.derived_key("digests of commands")

    # ------------------------------------------------------------ signing in; the portal vouches

    @rpc(scope=SIGN_IN)
    def list_means(self, call: Call) -> list[Means]:
        return queries.list_means(call.work, offered=call.gateways.means)

    # Its answer holds secrets and may not rest in the table of commands: it is derived again at a repeat.
    @rpc(schemas.BeginSignIn, scope=SIGN_IN, remember=False, limit=limits.SIGN_INS_BEGUN)
    def begin_sign_in(
        self,
        call: Call,
        *,
        return_to: str,
        callback_url: str,
        means: MeansName | None,
        minimum_level: int,
        address: str,
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

    @rpc(schemas.CompleteSignIn, scope=SIGN_IN, remember=False, limit=limits.SIGN_INS_COMPLETED)
    def complete_sign_in(
        self, call: Call, *, state: str, code: str, browser_secret: str, browser: str, address: str
    ) -> SignedIn:
        return commands.complete_sign_in(
            call.work,
            brought=commands.BroughtBack(
                state=state, code=code, browser_secret=browser_secret, browser=browser, address=address
            ),
            csam=call.gateways.csam,
            register=call.gateways.register,
            tokens=call.gateways.tokens,
            now=call.now,
        )

    @rpc(schemas.GetLinking, scope=SIGN_IN, limit=limits.LINKINGS)
    def get_linking(self, call: Call, *, linking_token: str, address: str) -> LinkingView:
        return queries.get_linking(call.work, linking_token=linking_token, now=call.now)

    @rpc(schemas.LinkEuropeanIdentity, scope=SIGN_IN, remember=False, limit=limits.NUMBERS_GIVEN)
    def link_european_identity(
        self,
        call: Call,
        *,
        linking_token: str,
        national_number: NationalNumber,
        email: str,
        telephone: str,
        address: str,
    ) -> SignedIn:
        return commands.link_european_identity(
            call.work,
            linking_token=linking_token,
            given=commands.Given(national_number=national_number, email=email, telephone=telephone),
            register=call.gateways.register,
            tokens=call.gateways.tokens,
            sealer=call.gateways.sealer,
            now=call.now,
        )

    @rpc(schemas.PresentSession, scope=SIGN_IN)
    def present_session(self, call: Call, *, session_token: str) -> Presence:
        session = commands.present_session(call.work, session_token=session_token, now=call.now)
        return queries.get_presence(call.work, session=session, signer=call.gateways.signer, now=call.now)

    @rpc(schemas.SignOut, scope=SIGN_IN)
    def sign_out(self, call: Call, *, session_token: str) -> None:
        commands.sign_out(call.work, session_token=session_token, now=call.now)

    @rpc(schemas.GetProviderSignOut, scope=SIGN_IN)
    def get_provider_sign_out(self, call: Call, *, return_url: str) -> str | None:
        address: str | None = call.gateways.csam.sign_out_url(return_url=return_url)
        return address

    @rpc(schemas.ConfirmEmail, scope=SIGN_IN, limit=limits.LINKS)
    def confirm_email(self, call: Call, *, secret: str, address: str) -> CitizenSpace:
        contact, link = commands.confirm_email(call.work, secret=secret, sealer=call.gateways.sealer, now=call.now)
        return views.citizen_space(contact, link)

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

    @rpc(schemas.GiveEmail)
    def give_email(self, call: Call, *, space: str, email: str) -> ContactView:
        contact = commands.give_email(
            call.work,
            person_id=call.actor.person_id,
            space=space,
            email=email,
            sealer=call.gateways.sealer,
            now=call.now,
        )
        return views.contact(contact)

    @rpc()
    def list_contacts(self, call: Call) -> list[ContactView]:
        return queries.list_contacts(call.work, person_id=call.actor.person_id)

    @rpc(schemas.AcknowledgeNotice)
    def acknowledge_notice(self, call: Call, *, notice: str) -> None:
        commands.acknowledge_notice(call.work, person_id=call.actor.person_id, notice=notice, now=call.now)

    @rpc(schemas.ChooseLanguage)
    def choose_language(self, call: Call, *, language: Language) -> None:
        commands.choose_language(call.work, person_id=call.actor.person_id, language=language, now=call.now)

    @rpc()
    def issue_person_statement(self, call: Call) -> str:
        commands.refresh_from_register(
            call.work, person_id=call.actor.person_id, register=call.gateways.register, now=call.now
        )
        facts = queries.get_person_facts(call.work, person_id=call.actor.person_id)
        return str(call.gateways.signer.sign("person", facts, now=call.now, lasts=PERSON_STATEMENT_LASTS))

    @rpc()
    def list_sessions(self, call: Call) -> list[SessionView]:
        return queries.list_sessions(
            call.work, person_id=call.actor.person_id, this=call.actor.session_id, now=call.now
        )

    @rpc(schemas.EndSession)
    def end_session(self, call: Call, *, session_id: UUID) -> None:
        commands.end_session(call.work, person_id=call.actor.person_id, session_id=session_id, now=call.now)

    @rpc(CommandSchema)
    def sign_out_everywhere(self, call: Call) -> None:
        commands.sign_out_everywhere(call.work, person_id=call.actor.person_id, now=call.now)

    def holdings(self, call: Call) -> dict[str, Any]:
        return queries.get_holdings(call.work, person_id=call.actor.person_id, now=call.now)

    # ------------------------------------------------------------ deleting her account

    @rpc()
    def get_account_deletion(self, call: Call) -> AccountDeletionOutlook:
        return queries.get_account_deletion(call.work, person_id=call.actor.person_id, roles=call.actor.roles)

    # Not with a code by e-mail: who reads somebody's mail must not end her account.
    @rpc(schemas.RequestAccountDeletion, level=DELETION_LEVEL)
    def request_account_deletion(self, call: Call, *, reason: str) -> AccountDeletion:
        deletion = commands.request_account_deletion(
            call.work, person_id=call.actor.person_id, roles=call.actor.roles, reason=reason, now=call.now
        )
        return views.deletion(deletion)

    @rpc(CommandSchema)
    def cancel_account_deletion(self, call: Call) -> AccountDeletion:
        return views.deletion(commands.cancel_account_deletion(call.work, person_id=call.actor.person_id, now=call.now))

    @timer(seconds=600, name="deletions")
    def carry_out_deletions(self, tick: Tick) -> None:
        commands.carry_out_deletions(tick.work, sealer=tick.gateways.sealer, now=tick.now)

    # ------------------------------------------------------------ whose dossiers are open

    @hears(DossierSubmitted)
    def on_dossier_submitted(self, heard: Heard) -> None:
        reactions.note_dossier(heard.work, heard.event, version=heard.version)

    @hears(DossierClaimed)
    def on_dossier_claimed(self, heard: Heard) -> None:
        reactions.note_dossier(heard.work, heard.event, version=heard.version)

    @hears(ComplementRequested)
    def on_complement_requested(self, heard: Heard) -> None:
        reactions.note_dossier(heard.work, heard.event, version=heard.version)

    @hears(ComplementAnswered)
    def on_complement_answered(self, heard: Heard) -> None:
        reactions.note_dossier(heard.work, heard.event, version=heard.version)

    @hears(DossierDecided)
    def on_dossier_decided(self, heard: Heard) -> None:
        reactions.note_dossier(heard.work, heard.event, version=heard.version)

    @hears(DossiersRetold)
    def on_dossiers_retold(self, heard: Heard) -> None:
        reactions.forget_dossiers(heard.work, heard.event)

    # ------------------------------------------------------------ who mentions a person

    @rpc(schemas.ReferTo, or_scope=REFER, limit=limits.REFERENCES)
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
