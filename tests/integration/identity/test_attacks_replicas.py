"""Attempts and races spread over two replicas of identity: real processes on one database and one queue."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import sqlalchemy as sa

from chassis import tables as chassis_tables
from chassis.database import connect
from chassis.limits import Limit
from chassis.rpc import RpcClient
from chassis.seals import Opener
from contracts.errors import Refusal
from contracts.events import Sealed
from contracts.identity import Identity
from deploy.embedded.keys import Keys
from deploy.embedded.ports import free_port
from services.identity import limits
from services.identity.storage import tables
from tests.cast import AMELIE, CHANTAL, DAVID, GILLES
from tests.integration.identity.outbox import read_outbox
from tests.integration.identity.running import Arrive, at
from tests.support.counting import counted, counts
from tests.support.neighbours import Neighbours
from tests.support.processes import ServiceProcess

Replicas = tuple[ServiceProcess, ServiceProcess]
REQUESTS = "rpc_server_requests_total"


@pytest.fixture(scope="module")
def replicas(
    identity: ServiceProcess, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Replicas]:
    own = environment | {"IDENTITY_HTTP_PORT": str(free_port())}
    twin = ServiceProcess(("identity",), own, tmp_path_factory.mktemp("log") / "twin.log")
    twin.start()
    yield identity, twin
    twin.kill()


@pytest.fixture(scope="module")
def rest(environment: dict[str, str]) -> Iterator[sa.Engine]:
    """identity's database, read beside."""
    engine = connect(environment["IDENTITY_DATABASE_URL"], pool=2, name="test")
    yield engine
    engine.dispose()


def count(rest: sa.Engine, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    with rest.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table).where(*where)).scalar_one()


def outcome_of(act: Callable[[], object]) -> str:
    try:
        act()
    except Refusal as refusal:
        return refusal.code
    return "done"


def within_one_window(limit: Limit, attack: Callable[[], None]) -> None:
    """Attempts are counted in windows of the clock: what ran across the end of one is done again."""
    while True:
        window = time.time() // limit.per.total_seconds()
        attack()
        if time.time() // limit.per.total_seconds() == window:
            return


@pytest.mark.parametrize(
    ("method", "limit", "refusal", "network"),
    [
        ("confirm_email", limits.LINKS, "link_invalid", "203.0.113.{network}"),
        # A household's whole network: each guess from another address of it.
        ("confirm_email", limits.LINKS, "link_invalid", "2001:db8:0:{network}::{guess:x}"),
        ("complete_sign_in", limits.SIGN_INS_COMPLETED, "sign_in_unknown", "203.0.113.{network}"),
    ],
)
def test_guesses_are_counted_together_whichever_replica_they_reach(
    portal: Identity, replicas: Replicas, method: str, limit: Limit, refusal: str, network: str
) -> None:
    names = ("secret",) if method == "confirm_email" else ("state", "code", "browser_secret")

    def guess(address: str) -> str:
        pieces = dict.fromkeys(names, "guessed")
        return outcome_of(lambda: getattr(portal, method)(**pieces, address=address, command_id=uuid4()))

    outcomes: Counter[str] = Counter()
    networks = iter(range(256))

    def attack() -> None:
        own = next(networks)
        addresses = [network.format(network=own, guess=number) for number in range(limit.most + 20)]
        with ThreadPoolExecutor(8) as crowd:
            outcomes.clear()
            outcomes.update(crowd.map(guess, addresses))

    before = [counted(REQUESTS, replica, method=method) for replica in replicas]
    with counts(0, REQUESTS, *replicas, outcome="internal_error"):
        limited = counted("limited_attempts_total", *replicas, what=limit.what)
        within_one_window(limit, attack)
        assert counted("limited_attempts_total", *replicas, what=limit.what) >= limited + 20

    assert outcomes == {refusal: limit.most, "too_many_attempts": 20}
    # Both had their part of it.
    assert all(counted(REQUESTS, one, method=method) > then + 10 for one, then in zip(replicas, before, strict=True))
    # Who comes from elsewhere is not kept out.
    assert guess(network.format(network=255, guess=1)) == refusal


def test_a_thousand_clicks_on_one_link_confirm_once(
    portal: Identity,
    arrive: Arrive,
    replicas: Replicas,
    rest: sa.Engine,
    environment: dict[str, str],
    package_keys: Keys,
) -> None:
    david = arrive(DAVID)
    person_id = david.presence.person_id
    david.identity.create_citizen_space(email="david@example.org", command_id=uuid4())
    secret = secret_of(environment, package_keys, read_outbox(environment, "email_confirmation_requested", person_id))

    def click(number: int) -> str:
        # From a thousand places, so that it is not the limit that keeps them out.
        address = f"10.9.{number // 250}.{number % 250}"
        return outcome_of(lambda: portal.confirm_email(secret=secret, address=address, command_id=uuid4()))

    with (
        counts(0, REQUESTS, *replicas, outcome="internal_error"),
        counts(1, "identity_links_followed_total", *replicas, outcome="confirmed"),
        counts(999, "identity_links_followed_total", *replicas, outcome="invalid"),
        ThreadPoolExecutor(24) as crowd,
    ):
        outcomes = Counter(crowd.map(click, range(1000)))

    assert outcomes == {"done": 1, "link_invalid": 999}
    assert len(read_outbox(environment, "email_confirmed", person_id)) == 1
    assert count(rest, tables.contacts, tables.contacts.c.person_id == person_id) == 1


def test_two_browsers_create_one_space_with_one_link_that_works(
    portal: Identity,
    arrive: Arrive,
    replicas: Replicas,
    rest: sa.Engine,
    environment: dict[str, str],
    package_keys: Keys,
) -> None:
    gilles = arrive(GILLES)
    person_id = gilles.presence.person_id

    def create(number: int) -> str:
        email = f"gilles{number}@example.org"
        return outcome_of(lambda: gilles.identity.create_citizen_space(email=email, command_id=uuid4()))

    with counts(0, REQUESTS, *replicas, outcome="internal_error"), ThreadPoolExecutor(8) as browsers:
        outcomes = set(browsers.map(create, range(8)))

    # Who comes second mends the address of the first; or both began at the same moment.
    assert "done" in outcomes
    assert outcomes <= {"done", "concurrent_change", "asked_too_often"}
    assert count(rest, tables.contacts, tables.contacts.c.person_id == person_id) == 1
    asked = read_outbox(environment, "email_confirmation_requested", person_id)
    secrets = [secret_of(environment, package_keys, [body]) for body in asked]
    followed = [
        outcome_of(lambda secret=secret: portal.confirm_email(secret=secret, command_id=uuid4())) for secret in secrets
    ]  # type: ignore[misc]
    assert Counter(followed) == Counter({"done": 1, "link_invalid": len(secrets) - 1})
    assert len(read_outbox(environment, "email_confirmed", person_id)) == 1


def test_somebody_new_who_signs_in_in_many_browsers_at_once_is_one_person(
    portal: Identity, csam: Neighbours, replicas: Replicas, rest: sa.Engine
) -> None:
    sessions, people = count(rest, tables.sessions), count(rest, tables.people)
    ways = []
    for _ in range(6):
        begun = portal.begin_sign_in(
            return_to="/", callback_url=f"{csam.portal_url}/back", means=None, minimum_level=0, command_id=uuid4()
        )
        ways.append(csam.choose(begun.authorization_url, CHANTAL, "itsme") | {"browser_secret": begun.browser_secret})

    def come_back(pieces: dict[str, str]) -> str:
        return portal.complete_sign_in(**pieces, command_id=uuid4()).session_token or ""

    with counts(6, "identity_sign_ins_total", *replicas, outcome="signed_in"), ThreadPoolExecutor(6) as browsers:
        tokens = list(browsers.map(come_back, ways))

    assert len(set(tokens)) == 6
    assert len({portal.present_session(session_token=token).person_id for token in tokens}) == 1
    assert (count(rest, tables.sessions), count(rest, tables.people)) == (sessions + 6, people + 1)


def test_what_is_revoked_by_one_replica_is_refused_by_the_other(
    rpc: RpcClient, portal: Identity, arrive: Arrive, replicas: Replicas, rest: sa.Engine
) -> None:
    amelie = arrive(AMELIE)
    stolen = at(rpc, actor=amelie.presence.actor_statement)
    portal.sign_out(session_token=amelie.token, command_id=uuid4())
    revoked = chassis_tables.revoked_sessions
    assert count(rest, revoked, revoked.c.session_id == amelie.presence.session_id) == 1

    # The other reads again what is revoked within two seconds, or once it heard.
    deadline = time.monotonic() + 20
    outcomes: list[str] = []
    while outcomes[-20:] != ["session_revoked"] * 20:
        assert time.monotonic() < deadline, outcomes[-20:]
        outcomes.append(outcome_of(stolen.get_profile))
    assert set(outcomes) <= {"done", "session_revoked"}
    # Never again believed, once both know.
    assert {outcome_of(stolen.get_profile) for _ in range(20)} == {"session_revoked"}


def secret_of(environment: dict[str, str], keys: Keys, asked: list[dict[str, str]]) -> str:
    return Opener(keys.seal_key_file("notifications")).open(Sealed(asked[-1]["sealed"]))["secret"]
