"""What is done and not announced is in the audit trail with what it is about."""

from __future__ import annotations

from chassis.tables import audit_acts
from tests.unit.delegation.builders import AMELIE, ATELIERS, BERNARD


def test_what_changed_nothing_any_more_is_an_act_too(office):
    mandate = office.grant(AMELIE, "signatory")
    designated = office.designate(BERNARD)
    for _ in range(2):
        office.revoke(mandate)
    office.designate(BERNARD)
    office.register(ATELIERS)

    told = [row.content for row in sorted(office.rows(audit_acts), key=lambda row: row.act_id)][-3:]
    assert [(act["action"], act["subject"], act.get("party"), act["enterprise"]) for act in told] == [
        ("revoke_mandate", f"mandate:{mandate.mandate_id}", str(AMELIE), ATELIERS),
        ("designate_access_manager", f"designation:{designated.designation_id}", str(BERNARD), ATELIERS),
        ("register_enterprise", f"enterprise:{ATELIERS}", None, ATELIERS),
    ]
