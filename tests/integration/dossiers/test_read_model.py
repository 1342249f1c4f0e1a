"""Who asks is found in an index alone, however many mandates there are."""

from __future__ import annotations

from services.dossiers.storage import DossiersWork
from services.dossiers.storage.collections import HELD
from services.dossiers.storage.tables import mandates
from tests.support.plans import plan_of, vacuum
from tests.unit.dossiers.builders import AMELIE, TODAY

OTHERS = """
    INSERT INTO mandates (mandate_id, epoch, version, person_id, bce_number, enterprise_name, permissions,
                          procedure_categories, valid_from, valid_until, is_for_one_establishment)
    SELECT gen_random_uuid(), 1, 1, CASE n WHEN 1 THEN %s ELSE gen_random_uuid() END, '0403019261', 'Ateliers',
           '["dossier.read"]', '[]', '2024-01-01', '2028-12-31', false
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

    (held,) = asker(runtime).mandates
    assert (held.person_id, held.permissions) == (AMELIE, ["dossier.read"])
    # With twenty times as many, the tree is one level higher at most.
    assert pages[1] <= pages[0] + 1


def asker(runtime):
    return DossiersWork(runtime).mandates.asker(AMELIE, level=400, is_agent=False, today=TODAY)
