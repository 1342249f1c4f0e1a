"""Who comes in by a door, told of one door of each kind."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest

from chassis import doors
from chassis.database import Work
from chassis.sessions import revoke_session
from chassis.statements import Actor, Decision, ServiceCaller, Signer, Verifier
from contracts.errors import LevelTooLow, NotFound, ScopeMissing, SessionIsRevoked, StatementMissing
from contracts.identifiers import BceNumber
from contracts.identity import PersonFacts, SessionRevoked
from deploy.embedded.keys import Keys

AMELIE = UUID("01920000-0000-7000-8000-000000000001")
BERNARD = UUID("01920000-0000-7000-8000-000000000002")


class Counter:
    """Each door tells who came in."""

    @doors.rpc()
    def serve(self, call):
        return call.actor.person_id

    @doors.rpc(role="agent", level=400)
    def serve_agents(self, call):
        return call.actor.person_id

    @doors.rpc(statements=("person", "decision"))
    def serve_by_name(self, call):
        return call.person.given_name

    @doors.rpc(scope="counter.count")
    def count(self, call):
        return call.service.name

    @doors.rpc(or_scope="counter.count")
    def count_or_serve(self, call):
        return call.service.name if call.service else str(call.actor.person_id)


@pytest.fixture
def come(ledger, tmp_path):
    """Comes to a door with statements: ``come("serve", actor=…)``."""
    keys = Keys(tmp_path / "keys")
    ledger.verifier = Verifier(keys.statement_keys_file)
    issuers = {"actor": "identity", "person": "identity", "decision": "delegation", "service": "operator"}

    def come(door, **facts):
        context = {
            kind: Signer(issuers[kind], keys.signing_key_file(issuers[kind])).sign(
                kind, fact, now=ledger.now(), lasts=timedelta(seconds=30)
            )
            for kind, fact in facts.items()
        }
        return getattr(Counter, door)(SimpleNamespace(runtime=ledger, context=context))

    return come


def an_actor(person_id=AMELIE, *, level=400, roles=(), session_id=None):
    return Actor(person_id=person_id, session_id=session_id or uuid4(), level=level, roles=list(roles))


def a_person(person_id):
    return PersonFacts(person_id=person_id, given_name="Amélie", surname="Dubois", domicile=None)


def a_decision(person_id):
    number = BceNumber("0403019261")
    return Decision(
        person_id=person_id, bce_number=number, permission="dossier.submit", procedure=None, mandate_id=uuid4()
    )


PRIMES = ServiceCaller(name="primes", scopes=["counter.count"])


def test_who_holds_what_the_door_asks_comes_in(come):
    assert come("serve", actor=an_actor()) == str(AMELIE)
    assert come("serve_agents", actor=an_actor(roles=["agent"])) == str(AMELIE)
    assert come("serve_by_name", actor=an_actor(), person=a_person(AMELIE), decision=a_decision(AMELIE)) == "Amélie"
    assert come("count", service=PRIMES) == "primes"
    assert come("count_or_serve", service=PRIMES) == "primes"
    assert come("count_or_serve", actor=an_actor()) == str(AMELIE)


@pytest.mark.parametrize(
    ("door", "facts", "refusal"),
    [
        ("serve", {}, StatementMissing),
        ("serve", {"service": PRIMES}, StatementMissing),
        ("serve_agents", {"actor": an_actor()}, NotFound),
        ("serve_agents", {"actor": an_actor(level=300, roles=["agent"])}, LevelTooLow),
        ("serve_by_name", {"actor": an_actor()}, StatementMissing),
        ("serve_by_name", {"actor": an_actor(), "person": a_person(BERNARD)}, StatementMissing),
        (
            "serve_by_name",
            {"actor": an_actor(), "person": a_person(AMELIE), "decision": a_decision(BERNARD)},
            StatementMissing,
        ),
        ("count", {"actor": an_actor()}, StatementMissing),
        ("count", {"service": ServiceCaller(name="primes", scopes=["counter.paint"])}, ScopeMissing),
        ("count_or_serve", {"service": ServiceCaller(name="primes", scopes=["counter.paint"])}, StatementMissing),
    ],
)
def test_who_does_not_stays_outside(come, door, facts, refusal):
    with pytest.raises(refusal):
        come(door, **facts)


def test_whose_session_was_revoked_stays_outside_at_once(come, ledger):
    session_id = uuid4()
    assert come("serve", actor=an_actor(session_id=session_id)) == str(AMELIE)

    with Work(ledger) as work:
        until = ledger.now() + timedelta(minutes=6)
        event = SessionRevoked(
            version=2, occurred_at=ledger.now(), session_id=session_id, person_id=AMELIE, until=until
        )
        revoke_session(work, event)

    with pytest.raises(SessionIsRevoked):
        come("serve", actor=an_actor(session_id=session_id))
    assert come("serve", actor=an_actor()) == str(AMELIE)
