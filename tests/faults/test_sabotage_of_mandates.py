"""The reckoning finds what is not as it should be of mandates, in delegation and with those who hear of them."""

import pytest

from tests.faults.sabotage import altered, is_told, sabotaged


@pytest.mark.parametrize(
    "change",
    [
        "suspended_at = now()",
        "valid_until = valid_until - 1",
        "procedure_categories = '[\"elections\"]'",
        "permissions = '[]'",
        "enterprise_name = enterprise_name || 'x'",
        "establishment_number = '2999999999'",
    ],
)
def test_a_copy_that_differs_in_any_column_is_found(town, find, change):
    with sabotaged(town, "dossiers", "mandates", f"UPDATE mandates SET {change}"):
        found = find()

    assert is_told(found, "lost", "dossiers.mandates says")


def test_a_mandate_of_which_dossiers_never_heard_is_found(town, find):
    with sabotaged(town, "dossiers", "mandates", "DELETE FROM mandates"):
        found = find()

    assert is_told(found, "lost", "dossiers.mandates does not know")


@pytest.mark.parametrize(
    ("table", "statement", "what", "says"),
    [
        ("mandates", "UPDATE mandates SET suspended_at = now()", "lost", "and stored is ('suspended'"),
        ("mandates", "UPDATE mandates SET version = version + 1", "lost", "is in no outbox"),
        ("mandates", "UPDATE mandates SET version = version - 1", "doubled", "was announced too often"),
        (
            "outbox",
            "DELETE FROM outbox WHERE traceparent IS NULL",
            "lost",
            "mandate_revoked was to be announced by a timer",
        ),
        (
            "outbox",
            "UPDATE outbox SET traceparent = NULL WHERE type = 'mandate_changed'",
            "doubled",
            "mandate_changed was announced by a timer",
        ),
    ],
)
def test_a_state_or_its_announcement_that_is_not_so_is_found(town, find, table, statement, what, says):
    with sabotaged(town, "delegation", table, statement):
        found = find()

    assert is_told(found, what, says)


@pytest.mark.parametrize(
    ("service", "table", "key", "column", "value"),
    [
        ("delegation", "enterprise_mandates", "enterprise_mandate_id", "valid_until", "valid_until + 1"),
        ("delegation", "invitations", "invitation_id", "ended_as", "'withdrawn' WHERE ended_as = 'declined'"),
        ("delegation", "role_requests", "role_request_id", "state", "'expired' WHERE state = 'withdrawn'"),
        ("dossiers", "dossiers", "dossier_id", "person_id", "gen_random_uuid()"),
    ],
)
def test_what_an_act_left_otherwise_is_found(town, find, service, table, key, column, value):
    with altered(town, service, table, key, column, value):
        found = find()

    assert is_told(found, "lost", "left {")


@pytest.mark.parametrize(
    "kind",
    [
        "mandate_changed",
        "enterprise_mandated",
        "enterprise_mandate_renewed",
        "enterprise_mandate_ended",
        "dossier_reassigned",
    ],
)
def test_a_mail_that_nobody_owes_any_more_is_missed(town, find, kind):
    with sabotaged(town, "notifications", "deliveries", f"DELETE FROM deliveries WHERE kind = '{kind}'"):
        found = find()

    assert is_told(found, "lost", f"is not told of {kind}: no row in deliveries")
