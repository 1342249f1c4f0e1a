"""Who asks is found in an index alone, however many mandates there are, and may do what delegation's rule allows."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.delegation import MandateChanged
from services.delegation.domain.checks import Held, find_permission
from services.delegation.domain.roles import Role
from services.delegation.domain.scopes import Scope
from services.dossiers.storage import DossiersWork
from services.dossiers.storage.collections import HELD
from services.dossiers.storage.tables import mandates
from tests.integration.dossiers.content import a_grant
from tests.support.plans import plan_of, vacuum
from tests.unit.delegation.builders import CONTRIBUTOR, READER, SIGNATORY
from tests.unit.dossiers.builders import AMELIE, AT_MONS, AT_TOURNAI, ATELIERS, NOON, OTHER_ENTERPRISE, TODAY

OTHERS = """
    INSERT INTO mandates (mandate_id, epoch, version, person_id, bce_number, enterprise_name, permissions,
                          procedure_categories, valid_from, valid_until, establishment_number)
    SELECT gen_random_uuid(), 1, 1, CASE n WHEN 1 THEN %s ELSE gen_random_uuid() END, '0403019261', 'Ateliers',
           '["dossier.read"]', '[]', '2024-01-01', '2028-12-31', CASE n %% 2 WHEN 1 THEN '2134567845' END
    FROM generate_series(1, %s) AS n
"""


def test_who_asks_is_one_read_of_an_index_and_of_as_few_pages_of_many_mandates(runtime):
    pages = []
    for count in (2_000, 40_000):
        with runtime.engine.begin() as connection:
            connection.exec_driver_sql(f"TRUNCATE {mandates.name}")
            connection.exec_driver_sql(OTHERS, (AMELIE, count))
        vacuum(runtime.engine, mandates.name)

        plan = plan_of(runtime.engine, HELD, {"person_id": AMELIE})

        assert (plan.scans, plan.heap_fetches) == ({"mandates_of_person": "Index Only Scan"}, 0)
        pages.append(plan.pages)

    (held,) = asker(runtime, AMELIE).mandates
    assert (held.person_id, held.permissions, held.establishment_number) == (AMELIE, ["dossier.read"], AT_MONS)
    # With twenty times as many, the tree is one level higher at most.
    assert pages[1] <= pages[0] + 1


DAYS = st.integers(-3, 3)
ESTABLISHMENTS = st.sampled_from([None, AT_MONS, AT_TOURNAI])
MANDATES = st.fixed_dictionaries(
    {
        "role": st.sampled_from([SIGNATORY, CONTRIBUTOR, READER]),
        "term": st.tuples(DAYS, DAYS).map(sorted),
        "revoked_at": st.sampled_from([None, None, NOON]),
        "suspended_at": st.sampled_from([None, None, NOON]),
        "establishment_number": ESTABLISHMENTS,
        "categories": st.sampled_from([[], ["taxes"], ["economy", "taxes"]]),
        "bce_number": st.sampled_from([ATELIERS, ATELIERS, OTHER_ENTERPRISE]),
    }
)
QUESTIONS = st.fixed_dictionaries(
    {
        "permission": st.sampled_from(["dossier.read", "dossier.draft", "dossier.submit"]),
        "category": st.sampled_from([None, "taxes", "economy"]),
        "establishment_number": ESTABLISHMENTS,
    }
)


@given(told=st.lists(MANDATES, max_size=4), question=QUESTIONS)
@settings(
    max_examples=150, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_was_heard_of_mandates_allows_what_delegations_rule_allows(desk, told, question):
    person_id = uuid4()
    held = [hear(desk, person_id, **facts) for facts in told]
    category, number = question["category"], question["establishment_number"]

    by_the_rule = find_permission(
        question["permission"],
        [each for each, bce_number in held if bce_number == ATELIERS],
        scope=Scope.of(number, [category] if category else []),
        now=NOON,
    )

    allowing = asker(desk.runtime, person_id).mandate_for(
        question["permission"], ATELIERS, category=category, establishment_number=number
    )
    assert (allowing is not None) == (by_the_rule.mandate is not None)


def hear(desk, person_id, *, role: Role, term, categories, bce_number, **facts):
    """Of a mandate as delegation announces it; the same as its check reads it."""
    first, last = (TODAY + timedelta(days=days) for days in term)
    mandate = {"mandate_id": uuid4(), "valid_from": first, "valid_until": last, **facts}
    event = a_grant(
        person_id,
        kind=MandateChanged,
        change="renewed",
        bce_number=bce_number,
        permissions=list(role.permissions),
        procedure_categories=categories,
        **mandate,
    )
    desk.hear(event)
    return Held(role=role, enterprise_state="active", granted_at=NOON, categories=categories, **mandate), bce_number


def asker(runtime, person_id):
    return DossiersWork(runtime).mandates.asker(person_id, level=400, is_agent=False, today=TODAY)
