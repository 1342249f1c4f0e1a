"""What a check reads: the indexes alone, and no other answer than the entities give."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.identifiers import BceNumber
from services.delegation import decisions, queries
from services.delegation.domain.checks import Question, find_permission
from services.delegation.domain.scopes import Scope
from services.delegation.storage import tables
from services.delegation.storage.standings import OF_MANY, OF_ONE, asked_by
from tests.support.plans import plan_of, vacuum
from tests.unit.delegation.builders import AMELIE, ATELIERS, BERNARD, COMMUNE, GILLES, NOON, TODAY

AT_MONS, AT_TOURNAI = "2134567845", "2234567818"
INDEXES = {
    "mandates_of_person": "Index Only Scan",
    "enterprises_struck_off": "Index Only Scan",
    "establishments_of_enterprise": "Index Only Scan",
}
TABLES = ("mandates", "enterprises", "establishments")


def asked(person_id, permission="dossier.read", **more):
    return Question.of(person_id=person_id, bce_number=ATELIERS, permission=permission, **more)


def test_a_check_reads_indexes_alone_and_as_few_pages_of_many_mandates(office):
    office.open_establishment(AT_MONS)
    pages = []
    for count in (2_000, 40_000):
        let_so_many_have_had_a_mandate(office, count)
        plan = plan_of(office.runtime.engine, OF_ONE, asked_by(asked(BERNARD, establishment=AT_MONS)))
        assert (plan.scans, plan.heap_fetches) == (INDEXES, 0)
        pages.append(plan.pages)

    # With twenty times as many, each tree is one level higher at most.
    assert pages[1] <= pages[0] + len(INDEXES)
    assert pages[1] <= 12


def test_many_questions_are_one_read_of_the_indexes(office):
    office.open_establishment(AT_MONS)
    let_so_many_have_had_a_mandate(office, 20_000)
    questions = [asked_by(asked(BERNARD, establishment=AT_MONS)), asked_by(asked(GILLES))]

    plan = plan_of(
        office.runtime.engine, OF_MANY, {f"{key}s": [each[key] for each in questions] for key in questions[0]}
    )

    assert plan.scans == INDEXES | {"asked": "Function Scan"}
    assert plan.heap_fetches == 0


def test_a_check_and_many_of_them_take_one_connection_once_and_nothing_else_of_the_database(office):
    made = []
    engine = office.runtime.engine
    office.check(BERNARD, "dossier.read")
    sa.event.listen(engine, "checkout", lambda *_: made.append("connection"))
    sa.event.listen(engine, "before_cursor_execute", lambda *told: made.append(told[2]))

    office.check(BERNARD, "dossier.read", establishment=AT_MONS)
    decisions.check_many(office.work(), questions=[asked(BERNARD), asked(GILLES)], now=office.now)

    assert made == ["connection"] * 2


def test_many_questions_are_answered_in_their_order_each_as_alone(office):
    office.open_establishment(AT_MONS)
    office.grant(AMELIE, "signatory", scope=Scope.of(AT_MONS, ["taxes"]))
    questions = [
        asked(AMELIE, "dossier.submit"),
        asked(GILLES),
        asked(AMELIE, "dossier.submit", procedure="taxes", establishment=AT_MONS),
        asked(BERNARD, "mandate.manage"),
        asked(AMELIE, "dossier.submit"),
        asked(AMELIE, establishment=AT_TOURNAI),
    ]

    answers = decisions.check_many(office.work(), questions=questions, now=office.now)

    assert [answer.decision for answer in answers] == [False, False, True, True, False, False]
    assert answers[5].missing == "the enterprise has no such establishment"
    assert answers == [
        office.check(
            question.person_id,
            question.permission,
            procedure=next(iter(question.scope.categories), None),
            establishment=question.scope.establishment_number,
        )
        for question in questions
    ]


def test_many_questions_are_answered_as_of_one_instant_though_a_chain_ends_meanwhile(office):
    office.designate(GILLES, bce_number=COMMUNE)
    chain = office.mandate_office()
    office.assign(chain, GILLES, by=GILLES)
    ended = []

    def end_it(*_):
        if not ended:
            ended.append(chain)
            office.end_office(chain)

    # What was assigned is read by then, the chain is not.
    sa.event.listen(office.runtime.engine, "before_cursor_execute", end_it)

    (answer,) = decisions.check_many(office.work(), questions=[asked(GILLES)], now=office.now)

    assert (answer.decision, len(ended)) == (True, 1)
    assert not decisions.check_many(office.work(), questions=[asked(GILLES)], now=office.now)[0].decision


def test_no_question_has_no_answer(office):
    assert decisions.check_many(office.work(), questions=[], now=office.now) == []


def test_for_whom_somebody_may_act_is_listed_by_what_he_may_do(office):
    office.grant(AMELIE, "signatory")
    office.designate(AMELIE, bce_number=COMMUNE)
    office.register(COMMUNE, name="Commune d'Exemple", state="struck_off")

    def listed(permission=None):
        accesses = queries.list_enterprises_of(office.work(), person_id=AMELIE, permission=permission, now=office.now)
        return [access.bce_number for access in accesses]

    assert listed() == listed("dossier.read") == [ATELIERS, COMMUNE]
    assert listed("dossier.submit") == [ATELIERS]
    assert listed("mandate.manage") == [COMMUNE]
    office.pass_time(days=366)
    assert listed() == [COMMUNE]


def test_a_check_sees_at_once_what_was_changed_before_it(office):
    mandate = office.grant(AMELIE, "signatory")
    assert office.check(AMELIE, "dossier.submit").decision

    office.suspend(mandate)
    assert not office.check(AMELIE, "dossier.submit").decision
    office.resume(mandate)
    office.register(ATELIERS, state="struck_off")
    assert not office.check(AMELIE, "dossier.submit").decision
    office.register(ATELIERS)
    office.revoke(mandate)
    assert not office.check(AMELIE, "dossier.submit").decision


DAYS = st.integers(-3, 3)
ESTABLISHMENTS = st.sampled_from([None, AT_MONS, AT_TOURNAI])
MANDATES = st.fixed_dictionaries(
    {
        "role_name": st.sampled_from(["access_manager", "signatory", "contributor", "reader"]),
        "term": st.tuples(DAYS, DAYS).map(sorted),
        "revoked_at": st.sampled_from([None, None, NOON]),
        "suspended_at": st.sampled_from([None, None, NOON]),
        "establishment_number": ESTABLISHMENTS,
        "categories": st.sampled_from([[], ["taxes"], ["economy", "taxes"]]),
    }
)
QUESTIONS = st.fixed_dictionaries(
    {
        "permission": st.sampled_from(["dossier.read", "dossier.draft", "dossier.submit", "mandate.manage"]),
        "procedure": st.sampled_from([None, "taxes", "economy"]),
        "establishment": ESTABLISHMENTS,
    }
)


@given(mandates=st.lists(MANDATES, max_size=4), question=QUESTIONS, bce_number=st.sampled_from([ATELIERS, COMMUNE]))
@settings(
    max_examples=150, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_a_check_reads_decides_as_the_entities_do(town, mandates, question, bce_number):
    person_id = give(town, mandates, bce_number)
    asked = Question.of(person_id=person_id, bce_number=bce_number, **question)

    read = town.work().standings.of(asked)
    many = town.work().standings.among([asked])[asked]

    with town.work() as work:
        number = question["establishment"]
        by_the_rule = find_permission(
            asked.permission,
            work.mandates.of_person_in(bce_number=bce_number, person_id=person_id),
            scope=asked.scope,
            has_establishment=number is None or work.enterprises.has_establishment(bce_number, number),
            now=NOON,
        )
    for found in (read, many):
        by_the_read = find_permission(
            asked.permission,
            found.mandates,
            scope=asked.scope,
            has_establishment=found.has_establishment,
            now=NOON,
        )
        assert _id_in(by_the_read) == _id_in(by_the_rule)
        assert by_the_read.missing == by_the_rule.missing


@pytest.fixture
def town(office):
    """The Ateliers are active and have an establishment at Mons; the Commune is struck off."""
    office.open_establishment(AT_MONS)
    office.open_establishment(AT_TOURNAI, state="closed")
    office.register(COMMUNE, name="Commune d'Exemple", state="struck_off")
    return office


def give(town, mandates, bce_number: BceNumber) -> UUID:
    """Somebody new who was given these, right or wrong, each by an invitation of its own."""
    person_id, invited, given = uuid4(), [], []
    for facts in mandates:
        first, last = (TODAY + timedelta(days=days) for days in facts["term"])
        shared = {"invitation_id": uuid4(), "bce_number": bce_number, "role_name": facts["role_name"]}
        invited.append(
            {
                **shared,
                "invited_by": BERNARD,
                "invited_at": NOON,
                "expires_at": NOON,
                "language": "fr",
                "person_id": person_id,
                "version": 1,
            }
        )
        given.append(
            {
                **shared,
                "mandate_id": uuid4(),
                "person_id": person_id,
                "valid_from": first,
                "valid_until": last,
                "granted_by": BERNARD,
                "granted_at": NOON,
                "version": 1,
            }
            | {name: value for name, value in facts.items() if name not in ("term", "role_name")}
        )
    if given:
        with town.runtime.engine.begin() as connection:
            connection.execute(sa.insert(tables.invitations), invited)
            connection.execute(sa.insert(tables.mandates), given)
    return person_id


def let_so_many_have_had_a_mandate(office, count):
    """Beside as many enterprises, of which one in ten was struck off, with an establishment each."""
    there = """
        INSERT INTO enterprises (bce_number, name, state, registered_at, version)
        SELECT '1' || lpad(n::text, 9, '0'), '', CASE n %% 10 WHEN 0 THEN 'struck_off' ELSE 'active' END, now(), 1
        FROM generate_series(1, %s) AS n ON CONFLICT DO NOTHING
    """
    open_there = """
        INSERT INTO establishments (establishment_number, bce_number, name, state)
        SELECT '3' || substr(bce_number, 2), bce_number, '', 'open' FROM enterprises WHERE name = ''
        ON CONFLICT DO NOTHING
    """
    former = """
        INSERT INTO mandates (mandate_id, bce_number, role_name, person_id, valid_from, valid_until, granted_at,
                              designation_id, revoked_at, version)
        SELECT gen_random_uuid(), bce_number, role_name, gen_random_uuid(), valid_from, valid_until, granted_at,
               designation_id, granted_at, 2
        FROM mandates, generate_series(1, %s) WHERE person_id = %s AND bce_number = %s
    """
    with office.runtime.engine.begin() as connection:
        connection.exec_driver_sql(there, (count,))
        connection.exec_driver_sql(open_there)
        connection.exec_driver_sql(former, (count, BERNARD, ATELIERS))
    vacuum(office.runtime.engine, *TABLES)


def _id_in(finding):
    return finding.mandate and finding.mandate.mandate_id
