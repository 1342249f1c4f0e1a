"""Who may not come in by identity's doors, and what they do not take: the real process on RabbitMQ."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from chassis.rpc import RpcClient
from chassis.statements import Actor, Signer
from contracts.errors import (
    CommandIdReused,
    InvalidRequest,
    LevelTooLow,
    ScopeMissing,
    StatementExpired,
    StatementForeign,
    StatementInvalid,
    StatementMissing,
    UnknownMethod,
)
from contracts.identity import Identity, Presence, SignInUnknown
from deploy.embedded.keys import Keys
from tests.cast import AMELIE, BERNARD, CHANTAL
from tests.integration.identity.running import Arrive, at


def test_without_a_statement_nobody_presents_a_session(rpc: RpcClient) -> None:
    with pytest.raises(StatementMissing):
        at(rpc).present_session(session_token="guessed")


def test_a_service_without_the_scope_presents_no_session(rpc: RpcClient, package_keys: Keys) -> None:
    token = package_keys.token_file("registries", now=datetime.now(UTC)).read_text()

    with pytest.raises(ScopeMissing):
        at(rpc, service=token).present_session(session_token="guessed")


def test_a_signed_in_person_cannot_present_sessions(rpc: RpcClient, arrive: Arrive) -> None:
    amelie = arrive(AMELIE)

    with pytest.raises(StatementMissing):
        amelie.identity.present_session(session_token=amelie.token)


def test_the_portal_alone_sees_no_profile(portal: Identity) -> None:
    with pytest.raises(StatementMissing):
        portal.get_profile()


def test_an_expired_statement_is_told_as_such(rpc: RpcClient, arrive: Arrive, package_keys: Keys) -> None:
    presence = arrive(AMELIE).presence
    old = an_actor_statement(package_keys, "identity", presence, now=datetime.now(UTC) - timedelta(minutes=6))

    with pytest.raises(StatementExpired):
        at(rpc, actor=old).get_profile()


def test_a_statement_of_somebody_who_may_not_make_it_is_refused(
    rpc: RpcClient, arrive: Arrive, package_keys: Keys
) -> None:
    presence = arrive(AMELIE).presence
    by_delegation = an_actor_statement(package_keys, "delegation", presence, now=datetime.now(UTC))

    with pytest.raises(StatementInvalid):
        at(rpc, actor=by_delegation).get_profile()


def test_a_statement_of_another_kind_is_foreign(rpc: RpcClient, arrive: Arrive) -> None:
    person_statement = arrive(AMELIE).identity.issue_person_statement()

    with pytest.raises(StatementForeign):
        at(rpc, actor=person_statement).get_profile()


@pytest.mark.parametrize("statement", ["", "guessed", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
def test_what_is_no_statement_is_invalid_or_missing(rpc: RpcClient, statement: str) -> None:
    with pytest.raises((StatementInvalid, StatementMissing)):
        at(rpc, actor=statement).get_profile()


def test_the_portal_may_not_refer_to_people_by_itself(portal: Identity) -> None:
    with pytest.raises(StatementMissing):
        portal.refer_to(national_number=AMELIE.national_number)


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("begin_sign_in", {"return_to": "https://evil.example.org/"}, "return_to"),
    ("begin_sign_in", {"return_to": "//evil.example.org/"}, "return_to"),
    ("begin_sign_in", {"return_to": "/\\evil.example.org/"}, "return_to"),
    ("begin_sign_in", {"return_to": "/\t/evil.example.org/"}, "return_to"),
    ("begin_sign_in", {"return_to": "dossiers"}, "return_to"),
    ("begin_sign_in", {"callback_url": "javascript:alert(1)"}, "callback_url"),
    ("begin_sign_in", {"callback_url": "http://[bad"}, "callback_url"),
    ("begin_sign_in", {"means": "carrier_pigeon"}, "means"),
    ("begin_sign_in", {"minimum_level": 501}, "minimum_level"),
    ("begin_sign_in", {"minimum_level": "high"}, "minimum_level"),
    ("begin_sign_in", {"command_id": "x"}, "command_id"),
    ("begin_sign_in", {"colour": "blue"}, "colour"),
    ("complete_sign_in", {"state": ""}, "state"),
    ("complete_sign_in", {"code": None}, "code"),
    ("complete_sign_in", {"browser_secret": "x" * 5000}, "browser_secret"),
    ("present_session", {"session_token": 7}, "session_token"),
    ("sign_out", {"command_id": None}, "command_id"),
    ("confirm_email", {"secret": ""}, "secret"),
    ("create_citizen_space", {"email": "nobody"}, "email"),
    ("create_citizen_space", {"email": "a@example.org\r\nBcc: b@example.org"}, "email"),
    ("create_citizen_space", {"email": "a" * 250 + "@example.org"}, "email"),
    ("acknowledge_notice", {"notice": "news:99"}, "notice"),
    ("choose_language", {"language": "it"}, "language"),
    ("refer_to", {"national_number": "85073003329"}, "national_number"),
    ("refer_to", {"national_number": 85073003328}, "national_number"),
]
RIGHT: dict[str, dict[str, Any]] = {
    "begin_sign_in": {
        "return_to": "/",
        "callback_url": "https://portal.example.org/",
        "means": None,
        "minimum_level": 0,
    },
    "complete_sign_in": {"state": "s", "code": "c", "browser_secret": "b"},
    "sign_out": {"session_token": "t"},
}


@pytest.mark.parametrize(("method", "wrong", "field"), WRONG)
def test_wrong_input_names_its_field(
    rpc: RpcClient, package_keys: Keys, method: str, wrong: dict[str, Any], field: str
) -> None:
    statement = package_keys.token_file("portal", now=datetime.now(UTC)).read_text()
    given = {"command_id": str(uuid4())} if method not in {"present_session", "refer_to"} else {}

    with pytest.raises(InvalidRequest) as refusal:
        rpc.call("identity", method, given | RIGHT.get(method, {}) | wrong, {"service": statement})

    assert list(refusal.value.details["fields"]) == [field]
    assert "850730" not in str(refusal.value)


@pytest.mark.parametrize(
    ("method", "given"),
    [
        ("list_account_deletions", {}),
        ("write_about_deletion", {"deletion_id": str(uuid4()), "message": "x", "command_id": str(uuid4())}),
        ("list_european_conflicts", {}),
    ],
)
def test_an_agent_who_is_not_sure_enough_who_he_is_looks_at_nobody(
    rpc: RpcClient, arrive: Arrive, package_keys: Keys, method: str, given: dict[str, Any]
) -> None:
    presence = arrive(AMELIE).presence
    weak = an_actor_statement(package_keys, "identity", presence, now=datetime.now(UTC), level=399)

    with pytest.raises(LevelTooLow) as refusal:
        rpc.call("identity", method, given, {"actor": weak})
    assert refusal.value.details == {"required": 400, "held": 399}


def test_a_command_about_another_number_is_another_command(rpc: RpcClient, arrive: Arrive, package_keys: Keys) -> None:
    statement = an_actor_statement(package_keys, "identity", arrive(AMELIE).presence, now=datetime.now(UTC))
    agent, command_id = at(rpc, actor=statement), uuid4()

    def name(number: str) -> None:
        agent.set_education_staff(national_number=number, is_staff=True, command_id=command_id)

    name(CHANTAL.national_number)
    name(CHANTAL.national_number)
    with pytest.raises(CommandIdReused):
        name(BERNARD.national_number)


def test_an_unknown_method_is_told_as_such(rpc: RpcClient) -> None:
    with pytest.raises(UnknownMethod):
        rpc.call("identity", "become_somebody_else", {})


def test_a_state_that_was_never_given_is_refused(portal: Identity) -> None:
    with pytest.raises(SignInUnknown):
        portal.complete_sign_in(state="guessed", code="guessed", browser_secret="guessed", command_id=uuid4())


def an_actor_statement(keys: Keys, issuer: str, presence: Presence, *, now: datetime, level: int = 500) -> str:
    actor = Actor(person_id=presence.person_id, session_id=presence.session_id, level=level, roles=["agent"])
    signer = Signer(issuer, keys.signing_key_file(issuer))
    return signer.sign("actor", actor, now=now, lasts=timedelta(minutes=5))
