"""Statements that were forged, swapped or outlived their session, at the doors of the real process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.rpc import RpcClient
from chassis.statements import Actor, ServiceCaller, Signer
from contracts.errors import (
    InvalidRequest,
    Refusal,
    ScopeMissing,
    SessionIsRevoked,
    StatementForeign,
    StatementInvalid,
    StatementMissing,
)
from contracts.identity import Identity
from deploy.embedded.keys import Keys
from deploy.embedded.ports import wait_until
from tests.cast import AMELIE, BERNARD
from tests.integration.identity.running import Arrive, at
from tests.support.counting import counted, counts
from tests.support.processes import ServiceProcess

REQUESTS = "rpc_server_requests_total"
# What the bus can carry in a header, statement or not.
junk = (
    st.text(max_size=60)
    | st.binary(min_size=1, max_size=60)
    | st.integers(-(2**31), 2**31)
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.lists(st.text(max_size=5), max_size=3)
    | st.dictionaries(st.text("abc", min_size=1, max_size=3), st.text(max_size=5), max_size=2)
    | st.lists(st.text("abcXYZ019-_", max_size=30), min_size=3, max_size=5).map(".".join)
)
some = settings(
    max_examples=60, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def service_token(package_keys: Keys) -> str:
    return package_keys.token_file("portal", now=datetime.now(UTC)).read_text()


def test_whatever_is_sent_for_a_statement_is_refused_and_counted(rpc: RpcClient, identity: ServiceProcess) -> None:
    tried = {"statement_invalid": 0, "statement_missing": 0}

    @some
    @given(junk, st.sampled_from([("get_profile", "actor"), ("present_session", "service")]))
    def attack(statement: Any, door: tuple[str, str]) -> None:
        method, kind = door
        arguments = {"session_token": "x"} if kind == "service" else {}
        with pytest.raises((StatementInvalid, StatementMissing)) as refusal:
            rpc.call("identity", method, arguments, {kind: statement}, timeout=15)
        tried[refusal.value.code] += 1

    before = {code: counted(REQUESTS, identity, outcome=code) for code in tried}
    with counts(0, REQUESTS, identity, outcome="internal_error"):
        attack()

    def grown() -> dict[str, float]:
        return {code: counted(REQUESTS, identity, outcome=code) - before[code] for code in tried}

    assert all(tried.values())
    wait_until(lambda: grown() == tried, seconds=10, what="each refusal to be counted")


def test_no_statement_passes_in_the_place_of_another(
    rpc: RpcClient, arrive: Arrive, identity: ServiceProcess, service_token: str
) -> None:
    amelie = arrive(AMELIE)
    actor, person = amelie.presence.actor_statement, amelie.identity.issue_person_statement()
    # Another issuer's key: its signature is wrong here. The same issuer's: made for another place.
    invalid = counts(1, REQUESTS, identity, method="get_profile", outcome="statement_invalid")
    with invalid, pytest.raises(StatementInvalid):
        at(rpc, actor=service_token).get_profile()
    foreign = counts(1, REQUESTS, identity, method="get_profile", outcome="statement_foreign")
    with foreign, pytest.raises(StatementForeign):
        at(rpc, actor=person).get_profile()
    for wrong in (actor, person):
        invalid = counts(1, REQUESTS, identity, method="present_session", outcome="statement_invalid")
        with invalid, pytest.raises(StatementInvalid):
            at(rpc, service=wrong).present_session(session_token=amelie.token)


def test_a_forged_actor_is_not_passed_over_for_a_good_service(rpc: RpcClient, package_keys: Keys) -> None:
    registry = package_keys.token_file("registries", now=datetime.now(UTC)).read_text()

    with pytest.raises(StatementInvalid):
        at(rpc, actor="forged", service=registry).refer_to(national_number=AMELIE.national_number)


def test_a_service_cannot_give_itself_a_scope(rpc: RpcClient, arrive: Arrive, package_keys: Keys) -> None:
    """A caller with a key of its own, and identity's key used to sign a service."""
    amelie = arrive(AMELIE)
    caller = ServiceCaller(name="portal", scopes=["identity.sign_in", "identity.refer"])
    for issuer in ("identity", "delegation"):
        signer = Signer(issuer, package_keys.signing_key_file(issuer))
        token = signer.sign("service", caller, now=datetime.now(UTC), lasts=timedelta(days=1))
        with pytest.raises(StatementInvalid):
            at(rpc, service=token).present_session(session_token=amelie.token)
    harmless = ServiceCaller(name="portal", scopes=[])
    signer = Signer("operator", package_keys.signing_key_file("operator"))
    with pytest.raises(ScopeMissing):
        at(rpc, service=signer.sign("service", harmless, now=datetime.now(UTC), lasts=timedelta(days=1))).list_means()


def test_a_revoked_session_has_no_door_left(
    rpc: RpcClient, portal: Identity, arrive: Arrive, identity: ServiceProcess, package_keys: Keys
) -> None:
    bernard = arrive(BERNARD)
    # Taken before, and good for five minutes by its signature; and one of his other session.
    stolen, other = bernard.presence.actor_statement, arrive(BERNARD)
    portal.sign_out(session_token=bernard.token, command_id=uuid4())
    attacker = at(rpc, actor=stolen, service=package_keys.token_file("registries", now=datetime.now(UTC)).read_text())

    attempts: list[Any] = [
        attacker.get_profile,
        attacker.list_sessions,
        attacker.issue_person_statement,
        lambda: attacker.refer_to(national_number=AMELIE.national_number),
        lambda: attacker.create_citizen_space(email="attacker@example.org", command_id=uuid4()),
        lambda: attacker.end_session(session_id=other.presence.session_id, command_id=uuid4()),
        lambda: attacker.sign_out_everywhere(command_id=uuid4()),
        lambda: attacker.request_account_deletion(reason="", command_id=uuid4()),
    ]
    with counts(len(attempts), REQUESTS, identity, outcome="session_revoked"):
        for attempt in attempts:
            with pytest.raises(SessionIsRevoked):
                attempt()

    assert other.identity.get_profile().surname == bernard.presence.surname


def test_nobody_makes_himself_an_agent(rpc: RpcClient, arrive: Arrive, package_keys: Keys) -> None:
    """With the keys of all but identity, and with a right statement for the wrong door."""
    amelie = arrive(AMELIE)
    agent = Actor(
        person_id=amelie.presence.person_id, session_id=amelie.presence.session_id, level=500, roles=["agent"]
    )
    for issuer in ("delegation", "operator"):
        signer = Signer(issuer, package_keys.signing_key_file(issuer))
        forged = signer.sign("actor", agent, now=datetime.now(UTC), lasts=timedelta(minutes=5))
        with pytest.raises(StatementInvalid):
            at(rpc, actor=forged).list_account_deletions()


def test_wishes_to_be_led_elsewhere_are_counted(portal: Identity, identity: ServiceProcess) -> None:
    wishes = ["//evil.example.org", "/\\evil.example.org", "/\t/evil.example.org", "javascript:alert(1)", "https:/x"]
    with counts(len(wishes), REQUESTS, identity, method="begin_sign_in", outcome=InvalidRequest.code):
        for wish in wishes:
            with pytest.raises(InvalidRequest):
                portal.begin_sign_in(
                    return_to=wish,
                    callback_url="https://portal.example.org/back",
                    means=None,
                    minimum_level=0,
                    command_id=uuid4(),
                )


@some
@given(
    method=st.sampled_from(["present_session", "complete_sign_in", "confirm_email", "sign_out", "begin_sign_in"]),
    arguments=st.dictionaries(
        st.sampled_from(["session_token", "state", "code", "browser_secret", "secret", "address", "command_id"])
        | st.text(max_size=4),
        st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.lists(st.text(max_size=3), max_size=2),
        max_size=6,
    ),
)
def test_no_argument_of_a_door_of_sign_in_makes_an_error_of_ours(
    rpc: RpcClient, service_token: str, method: str, arguments: dict[str, Any]
) -> None:
    """The portal was taken over, say."""
    right = {"command_id": str(uuid4()), "state": "s", "code": "c", "browser_secret": "b", "secret": "s"}
    wanted = {
        "present_session": ["session_token"],
        "complete_sign_in": ["command_id", "state", "code", "browser_secret"],
        "confirm_email": ["command_id", "secret"],
        "sign_out": ["command_id", "session_token"],
        "begin_sign_in": ["command_id"],
    }[method]
    given_ = {name: right[name] for name in wanted if name in right} | arguments
    try:
        answer = rpc.call("identity", method, given_, {"service": service_token}, timeout=15)
    except Refusal as refusal:
        expected = {"session_unknown", "sign_in_unknown", "link_invalid", InvalidRequest.code}
        assert refusal.code in expected, refusal  # noqa: PT017
    else:
        # Signing out of what is no session is no mistake.
        assert (method, answer) == ("sign_out", None)
