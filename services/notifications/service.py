"""Doors of notifications."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from chassis.database import Work
from chassis.doors import Call, Heard, Service, Tick, hears, rpc, timer
from chassis.runtime import Runtime
from chassis.seals import Opener
from chassis.settings import ServiceSettings
from contracts.delegation import (
    AccessManagerDesignated,
    AccessManagerWithdrawn,
    AssignmentsEnded,
    DelegationRetold,
    EnterpriseMandateChanged,
    EnterpriseMandated,
    EnterpriseMandateEnded,
    EnterpriseMandateRenewed,
    EnterpriseMandatesExpiring,
    EnterpriseOrphaned,
    EstablishmentLost,
    MandateChanged,
    MandateExpiring,
    MandateRevoked,
    MandatesExpiring,
    MandatesToConfirm,
    PersonInvited,
    RoleGranted,
    RoleRefused,
    RoleRequested,
    RoleRequestExpired,
)
from contracts.dossiers import ComplementRequested, DossierDecided, DossierReassigned, DossierSubmitted
from contracts.identity import (
    AccountDeletionAccepted,
    AccountDeletionCancelled,
    AccountDeletionDiscussed,
    AccountDeletionRefused,
    AccountDeletionRequested,
    EmailConfirmationRequested,
    EmailConfirmed,
    EuropeanIdentityContested,
    EuropeanIdentityLinked,
    EuropeanIdentityRefused,
    IdentityRetold,
    LanguageChosen,
    PersonErased,
)
from contracts.notifications import DeliveryView, MessageView
from services.notifications import commands, queries, reactions, schemas, views
from services.notifications.gateways import Gateways
from services.notifications.gateways.smtp import MailServer
from services.notifications.rendering import Mails
from services.notifications.settings import NotificationsSettings
from services.notifications.storage import NotificationsWork


class NotificationsService(Service):
    name = "notifications"
    settings_class: ClassVar[type[ServiceSettings]] = NotificationsSettings
    work_class: ClassVar[type[Work]] = NotificationsWork

    @classmethod
    def open_gateways(cls, runtime: Runtime) -> Gateways:
        settings = runtime.settings
        assert isinstance(settings, NotificationsSettings)
        return Gateways(
            seals=Opener(settings.seal_key_file),
            mail_server=MailServer(*settings.smtp, tls=settings.smtp_tls),
            mails=Mails(portal_url=settings.portal_url, sender=settings.sender),
        )

    # ------------------------------------------------------------ for people

    @rpc(schemas.ListMessages)
    def list_messages(self, call: Call) -> list[MessageView]:
        return [views.message(one) for one in queries.list_messages(call.work, person_id=call.actor.person_id)]

    @rpc(schemas.MarkRead)
    def mark_read(self, call: Call, *, message_id: UUID) -> None:
        commands.mark_read(call.work, message_id=message_id, person_id=call.actor.person_id, now=call.now)

    def holdings(self, call: Call) -> dict[str, Any]:
        return queries.get_holdings(call.work, person_id=call.actor.person_id)

    # ------------------------------------------------------------ for operators

    @rpc(schemas.ListDeliveries, scope="notifications.operate")
    def list_deliveries(self, call: Call, *, state: str | None) -> list[DeliveryView]:
        return [views.delivery(one) for one in queries.list_deliveries(call.work, state=state)]

    @rpc(schemas.ReplayDelivery, scope="notifications.operate")
    def replay_delivery(self, call: Call, *, delivery_id: UUID) -> DeliveryView:
        return views.delivery(commands.replay_delivery(call.work, delivery_id=delivery_id, now=call.now))

    # ------------------------------------------------------------ where people are reached

    @hears(EmailConfirmed)
    def on_email_confirmed(self, heard: Heard) -> None:
        reactions.keep_confirmed_address(
            heard.work, heard.event, version=heard.version, seals=heard.gateways.seals, now=heard.now
        )
        _tell_people(heard)

    @hears(AccessManagerDesignated)
    def on_access_manager_designated(self, heard: Heard) -> None:
        reactions.keep_designated_address(
            heard.work, heard.event, version=heard.version, seals=heard.gateways.seals, now=heard.now
        )

    @hears(AccessManagerWithdrawn)
    def on_access_manager_withdrawn(self, heard: Heard) -> None:
        reactions.forget_designated_address(heard.work, heard.event, version=heard.version, now=heard.now)
        _tell_people(heard)

    @hears(LanguageChosen)
    def on_language_chosen(self, heard: Heard) -> None:
        reactions.keep_language(heard.work, heard.event, version=heard.version)

    @hears(DelegationRetold)
    def on_delegation_retold(self, heard: Heard) -> None:
        reactions.forget_designated_addresses(heard.work, heard.event)

    @hears(IdentityRetold)
    def on_identity_retold(self, heard: Heard) -> None:
        reactions.forget_confirmed_addresses(heard.work, heard.event)

    @hears(PersonErased)
    def on_person_erased(self, heard: Heard) -> None:
        reactions.forget_person(
            heard.work, heard.event, event_id=heard.event_id, republished=heard.republished, now=heard.now
        )

    # ------------------------------------------------------------ what they are told

    @hears(AccountDeletionRequested)
    def on_account_deletion_requested(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(AccountDeletionAccepted)
    def on_account_deletion_accepted(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(AccountDeletionRefused)
    def on_account_deletion_refused(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(AccountDeletionCancelled)
    def on_account_deletion_cancelled(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(AccountDeletionDiscussed)
    def on_account_deletion_discussed(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(EuropeanIdentityLinked)
    def on_european_identity_linked(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(EuropeanIdentityContested)
    def on_european_identity_contested(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(EuropeanIdentityRefused)
    def on_european_identity_refused(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(EmailConfirmationRequested)
    def on_email_confirmation_requested(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(RoleRequested)
    def on_role_requested(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(RoleRefused)
    def on_role_refused(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(RoleRequestExpired)
    def on_role_request_expired(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(RoleGranted)
    def on_role_granted(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(MandateChanged)
    def on_mandate_changed(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(MandateExpiring)
    def on_mandate_expiring(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(MandatesExpiring)
    def on_mandates_expiring(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(MandatesToConfirm)
    def on_mandates_to_confirm(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(MandateRevoked)
    def on_mandate_revoked(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(EnterpriseOrphaned)
    def on_enterprise_orphaned(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(EstablishmentLost)
    def on_establishment_lost(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(EnterpriseMandated)
    def on_enterprise_mandated(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(EnterpriseMandateRenewed)
    def on_enterprise_mandate_renewed(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(EnterpriseMandateChanged)
    def on_enterprise_mandate_changed(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(EnterpriseMandateEnded)
    def on_enterprise_mandate_ended(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(EnterpriseMandatesExpiring)
    def on_enterprise_mandates_expiring(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(AssignmentsEnded)
    def on_assignments_ended(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(PersonInvited)
    def on_person_invited(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(DossierSubmitted)
    def on_dossier_submitted(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(ComplementRequested)
    def on_complement_requested(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(DossierReassigned)
    def on_dossier_reassigned(self, heard: Heard) -> None:
        _tell_people(heard)

    @hears(DossierDecided)
    def on_dossier_decided(self, heard: Heard) -> None:
        _tell_people(heard)

    # ------------------------------------------------------------ timers

    @timer(seconds=5, name="mails")
    def deliver_mails(self, tick: Tick) -> None:
        commands.deliver_mails(tick.work, gateways=tick.gateways, clock=tick.runtime.now)

    @timer(seconds=3600, name="forget_addresses")
    def forget_addresses(self, tick: Tick) -> None:
        commands.forget_addresses(tick.work, now=tick.now)

    @timer(seconds=15, name="measures")
    def measure_mails(self, tick: Tick) -> None:
        queries.measure_mails(tick.work, now=tick.now)


def _tell_people(heard: Heard) -> None:
    reactions.tell_people(
        heard.work,
        heard.event,
        event_id=heard.event_id,
        republished=heard.republished,
        seals=heard.gateways.seals,
        now=heard.now,
    )


SERVICE = NotificationsService
