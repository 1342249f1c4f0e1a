"""What the services tell by name has its words on the page."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from datetime import date
from typing import Any, get_args, get_type_hints
from uuid import uuid4

import pytest
from flask import Flask

import contracts
from contracts.delegation import (
    Delegation,
    EnterpriseMandatesExpiring,
    InvitationView,
    MandateView,
    RoleName,
    RoleRequestView,
)
from contracts.dossiers import ComplementView, Dossiers, DossierState, StepView
from contracts.events import Event
from contracts.identifiers import BceNumber
from contracts.identity import Identity, MeansName
from contracts.notifications import MessageView, Notifications
from services.notifications.domain.notices import notice_of
from services.portal.pages import act_words, message_words, words
from tests.unit.notifications.builders import TELLING, an_event
from tests.unit.portal.access_builders import a_mandate
from tests.unit.portal.builders import AMELIE, AT_MONS, ATELIERS, NOON

for module in pkgutil.iter_modules(contracts.__path__):
    importlib.import_module(f"contracts.{module.name}")

# Of no person: what operators and other services do, and sign-ins, which end in events alone.
OF_NOBODY = {
    "register_enterprise",
    "designate_access_manager",
    "replay_delivery",
    "begin_sign_in",
    "complete_sign_in",
    "link_european_identity",
    "enterprise_changed",
    "identity_retold",
    "delegation_retold",
    "dossiers_retold",
}


def event_types(base: type[Event] = Event) -> Iterator[str]:
    for event in base.__subclasses__():
        if event.__module__.startswith("contracts.") and "type" in vars(event):
            yield event.type
        yield from event_types(event)


def commands() -> Iterator[str]:
    for service in (Identity, Delegation, Dossiers, Notifications):
        for name, method in inspect.getmembers(service, inspect.isfunction):
            if "command_id" in inspect.signature(method).parameters:
                yield name


# There is nobody who could read it here.
BY_MAIL_ALONE = {"european_identity_refused", "person_erased"}
RECORDED = sorted({*event_types(), *commands()} - OF_NOBODY)


@pytest.mark.parametrize("name", RECORDED)
def test_every_act_that_can_be_recorded_has_its_word(app: Flask, name: str) -> None:
    with app.test_request_context():
        assert act_words.act(name) != str(act_words.ACT_OTHER)


def test_an_act_of_a_newer_version_has_a_word_too(app: Flask) -> None:
    with app.test_request_context():
        assert act_words.act("of_tomorrow") == str(act_words.ACT_OTHER)


@pytest.mark.parametrize(
    ("told", "who"),
    [
        ({"action": "save_draft", "actor": str(AMELIE)}, "vous"),
        ({"action": "looked_at_dossier", "actor": str(uuid4())}, "un agent de l’administration"),
        (
            {"action": "looked_at_file", "actor": str(uuid4()), "enterprise": str(ATELIERS)},
            "un agent de l’administration",
        ),
        ({"action": "claim_dossier", "actor": str(uuid4())}, "un agent de l’administration"),
        (
            {"action": "dossier_submitted", "actor": str(uuid4()), "enterprise": str(ATELIERS)},
            "une personne de l’entreprise",
        ),
        ({"action": "role_requested", "actor": str(uuid4())}, "une autre personne"),
        ({"action": "european_identity_contested", "service": "portal"}, "une autre personne"),
        ({"action": "person_erased", "service": "identity"}, "automatiquement"),
    ],
)
def test_who_acted_is_told_by_what_was_done(app: Flask, told: dict[str, Any], who: str) -> None:
    with app.test_request_context():
        assert act_words.actor(told, AMELIE) == who


@pytest.mark.parametrize(
    ("said", "in_words"),
    [
        (get_type_hints(RoleRequestView)["state"], words.REQUEST_STATES),
        (get_type_hints(MandateView)["state"], words.MANDATE_STATES),
        (get_args(get_type_hints(MandateView)["establishment_lost"])[0], words.LOST_ESTABLISHMENTS),
        (get_type_hints(InvitationView)["state"], words.INVITATION_STATES),
        (get_type_hints(ComplementView)["state"], words.COMPLEMENT_STATES),
        (get_type_hints(StepView)["by"], words.ACTORS | {"user": "Vous"}),
        (DossierState, words.DOSSIER_STATES),
        (RoleName, words.ROLES),
        (MeansName, words.MEANS),
    ],
)
def test_every_state_of_the_contracts_has_its_word(said: Any, in_words: dict[str, Any]) -> None:
    assert set(get_args(said)) == set(in_words)


def test_an_establishment_is_told_by_its_name_where_it_has_one(app: Flask) -> None:
    with app.test_request_context():
        limited = (a_mandate(establishment_number=AT_MONS, establishment_name=name) for name in ("Atelier de Mons", ""))
        named, nameless = map(words.limits, limited)
    assert named == "établissement «\u00a0Atelier de Mons\u00a0» (2.134.567.845)"
    assert nameless == "établissement 2.134.567.845"


def test_the_acts_of_agents_are_acts() -> None:
    assert set(act_words.ACTS) >= act_words.OF_AGENTS


@pytest.mark.parametrize("state", get_args(get_type_hints(MandateView)["state"]))
def test_who_acts_by_an_office_and_has_no_name_here_is_of_the_office(app: Flask, state: str) -> None:
    assigned = a_mandate(
        person_name=None, via_bce_number=BceNumber("0206.731.645"), valid_until=date(2025, 10, 14), state=state
    )

    with app.test_request_context():
        assert words.holder(assigned) == "Personne du mandataire, dont le nom n’est pas connu ici"


def told(app: Flask, kind: type[Event], **facts: Any) -> message_words.Told:
    notice = notice_of(an_event(kind, **facts))
    assert notice is not None
    message = MessageView(
        message_id=uuid4(),
        kind=notice.kind,
        facts=dict(notice.facts),
        link=notice.link,
        bce_number=None,
        created_at=NOON,
        is_read=False,
    )
    with app.test_request_context():
        return message_words.tell(message)


@pytest.mark.parametrize("kind", [kind for kind in TELLING if kind.type not in BY_MAIL_ALONE])
def test_every_message_has_its_sentence_and_lacks_no_fact(app: Flask, kind: type[Event]) -> None:
    message = told(app, kind)

    assert message.title != str(message_words.OTHER[0])
    assert "…" not in message.title + message.sentence


def test_of_chains_that_end_the_client_is_told_to_renew_them_and_the_office_to_ask(app: Flask) -> None:
    to_client, to_office = (told(app, EnterpriseMandatesExpiring, told_as=side) for side in ("client", "office"))

    assert to_client.sentence.endswith(" 2024. Prolongez ceux qui sont encore nécessaires.")
    assert to_office.sentence.endswith(" 2024. Demandez à vos clients de prolonger ceux qui sont encore nécessaires.")
