"""identity as others meet it: the real process on RabbitMQ, called with statements."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import requests

from chassis.rpc import RpcClient
from chassis.seals import Opener
from chassis.statements import Verifier
from contracts.errors import (
    CommandIdReused,
    SessionIsRevoked,
)
from contracts.events import Sealed
from contracts.identity import Identity, LinkInvalid, SessionUnknown
from deploy.embedded.keys import Keys
from deploy.embedded.ports import wait_until
from tests.cast import AMELIE, BERNARD, CHANTAL
from tests.integration.identity.outbox import read_outbox
from tests.integration.identity.running import Arrive, at
from tests.support.neighbours import Neighbours
from tests.support.processes import ServiceProcess


def test_the_whole_way_over_rpc(
    portal: Identity, arrive: Arrive, environment: dict[str, str], package_keys: Keys
) -> None:
    amelie = arrive(AMELIE)
    assert amelie.presence.citizen_space == "absent"
    assert amelie.identity.get_profile().national_number == "85073003328"

    space = amelie.identity.create_citizen_space(email="amelie.privee@example.org", command_id=uuid4())
    assert space.state == "awaiting"
    requested = read_outbox(environment, "email_confirmation_requested", amelie.presence.person_id)[-1]
    mail = Opener(package_keys.seal_key_file("notifications")).open(Sealed(requested["sealed"]))

    command_id = uuid4()
    opened = portal.confirm_email(secret=mail["secret"], command_id=command_id)
    assert opened.state == "open"
    # The same click again, and the same link a day later.
    assert portal.confirm_email(secret=mail["secret"], command_id=command_id) == opened
    with pytest.raises(LinkInvalid):
        portal.confirm_email(secret=mail["secret"], command_id=uuid4())

    notices = portal.present_session(session_token=amelie.token).notices_to_show
    assert notices == ["news:1", "data_protection:1"]
    for notice in notices:
        amelie.identity.acknowledge_notice(notice=notice, command_id=uuid4())
    amelie.identity.choose_language(language="nl", command_id=uuid4())

    presence = portal.present_session(session_token=amelie.token)
    assert (presence.notices_to_show, presence.citizen_space, presence.language) == ([], "open", "nl")


def test_means_are_listed_with_level_and_availability(portal: Identity) -> None:
    means = {one.name: one for one in portal.list_means()}

    assert (means["eid"].level, means["itsme"].level) == (500, 450)
    assert all(one.available for one in means.values())


def test_a_person_statement_is_for_prefilled_fields(arrive: Arrive, package_keys: Keys) -> None:
    amelie = arrive(AMELIE)

    statement = amelie.identity.issue_person_statement()

    facts = Verifier(package_keys.statement_keys_file).verify("person", statement, now=datetime.now(UTC))
    assert (facts.person_id, facts.given_name, facts.domicile.commune) == (
        amelie.presence.person_id,
        "Amélie",
        "Namur",
    )


def test_beginning_again_over_rpc_gives_the_same_secrets(portal: Identity, csam: Neighbours) -> None:
    wish: dict[str, Any] = {
        "return_to": "/",
        "callback_url": f"{csam.portal_url}/back",
        "means": None,
        "minimum_level": 100,
        "command_id": uuid4(),
    }

    assert portal.begin_sign_in(**wish) == portal.begin_sign_in(**wish)
    with pytest.raises(CommandIdReused):
        portal.begin_sign_in(**wish | {"return_to": "/elsewhere"})


def test_many_returns_at_once_give_one_session(portal: Identity, csam: Neighbours) -> None:
    begun = portal.begin_sign_in(
        return_to="/", callback_url=f"{csam.portal_url}/back", means=None, minimum_level=0, command_id=uuid4()
    )
    back = csam.choose(begun.authorization_url, BERNARD, "itsme")

    def come_back(_: int) -> str:
        return portal.complete_sign_in(**back, browser_secret=begun.browser_secret, command_id=uuid4()).session_token

    with ThreadPoolExecutor(8) as clicks:
        assert len(set(clicks.map(come_back, range(8)))) == 1


def test_signing_out_is_felt_at_once_at_our_own_doors(portal: Identity, arrive: Arrive) -> None:
    amelie = arrive(AMELIE)
    command_id = uuid4()

    portal.sign_out(session_token=amelie.token, command_id=command_id)
    portal.sign_out(session_token=amelie.token, command_id=command_id)

    with pytest.raises(SessionUnknown):
        portal.present_session(session_token=amelie.token)
    with pytest.raises(SessionIsRevoked):
        amelie.identity.get_profile()


def test_a_registry_and_a_person_get_the_same_answer_for_anybody(
    rpc: RpcClient, arrive: Arrive, package_keys: Keys
) -> None:
    registry = at(rpc, service=package_keys.token_file("registries", now=datetime.now(UTC)).read_text())

    by_registry = registry.refer_to(national_number="74.11.02-999.87")
    by_bernard = arrive(BERNARD).identity.refer_to(national_number=CHANTAL.national_number)

    assert by_registry == by_bernard == arrive(CHANTAL).presence.person_id


def test_many_mentions_at_once_make_one_person(rpc: RpcClient, package_keys: Keys) -> None:
    token = package_keys.token_file("registries", now=datetime.now(UTC)).read_text()
    registry = at(rpc, service=token)

    with ThreadPoolExecutor(8) as callers:
        people = set(callers.map(lambda _: registry.refer_to(national_number="17073003384"), range(16)))

    assert len(people) == 1


def test_nothing_personal_is_logged_and_sign_ins_are_counted(identity: ServiceProcess, arrive: Arrive) -> None:
    amelie = arrive(AMELIE)

    log = identity.log.read_text()
    told = requests.get(f"{identity.url}/metrics", timeout=5).text

    assert 'identity_sign_ins_total{outcome="signed_in"}' in told
    secrets = (AMELIE.national_number, CHANTAL.national_number, "Dubois", "example.org", amelie.token)
    assert [secret for secret in secrets if secret in log or secret in told] == []


def test_each_timer_tells_when_it_last_succeeded(identity: ServiceProcess) -> None:
    def told(metric: str, timer: str) -> float:
        text = requests.get(f"{identity.url}/metrics", timeout=5).text
        found = re.search(rf'^{metric}{{service="identity",timer="{timer}"}} (\S+)$', text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    assert told("timer_period_seconds", "deletions") == 600
    before = told("timer_succeeded_timestamp_seconds", "audit")
    wait_until(lambda: told("timer_succeeded_timestamp_seconds", "audit") > before > 0, seconds=30, what="a turn")
