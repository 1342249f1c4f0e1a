import json

from bench.growth import plans


def logged(database, text, pages, *, rows=1):
    below = {"Node Type": "Index Scan", "Relation Name": "inbox", "Index Name": "inbox_due", "Actual Rows": rows}
    limit = {"Node Type": "Limit", "Shared Hit Blocks": pages, "Shared Read Blocks": 1, "Actual Rows": 0.0}
    plan = {"Query Text": text, "Plan": limit | {"Plans": [below]}}
    lines = "".join(f"\t{line}\n" for line in json.dumps(plan, indent=2).splitlines())
    return f"2026-11-21 08:24:40.581 UTC role@{database} LOG:  duration: 0.05 ms  plan:\n{lines}"


CLAIM = "SELECT inbox.event_id, inbox.body \nFROM inbox \nWHERE inbox.due_at <= $1::TIMESTAMP WITH TIME ZONE LIMIT 1"
LOG = "".join(
    [
        "2026-11-21 08:24:40.580 UTC role@full LOG:  statement: BEGIN\n",
        logged("full", CLAIM, 4),
        logged("full", CLAIM, 6),
        logged("full", CLAIM, 599, rows=100),
        logged("full", "/* bench */ SELECT count(*) FROM inbox", 900),
        logged("full", "SELECT outbox.body FROM outbox", 900),
        logged("other", CLAIM, 900),
    ]
)


def test_plans_of_the_chassis_are_found_by_database_and_table():
    found = list(plans.plans_in(LOG, "full", "inbox"))

    assert [plan.pages for plan in found] == [5, 7, 600]
    assert {plan.scans for plan in found} == {"Index Scan inbox_due"}


def test_a_statement_is_shown_with_its_pages_full_and_empty():
    full = list(plans.plans_in(LOG, "full", "inbox"))
    empty = list(plans.plans_in(logged("empty", CLAIM, 1), "empty", "inbox"))

    _, row = plans.table(full, empty)

    assert row == ["`SELECT … FROM inbox WHERE inbox.due_at <= $1 LIMIT 1`", "Index Scan inbox_due", "6 (600)", "2 (2)"]
