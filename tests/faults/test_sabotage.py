"""The reckoning finds what is done behind its back: a check that cannot fail shows nothing."""

from __future__ import annotations

import uuid

import amqp
import pytest

from chassis.bus import topology
from deploy.embedded.environment import WITH_DATABASE
from tests.faults.brokers import ADMINISTRATOR
from tests.faults.kinds.parcels import channel_of
from tests.faults.ledger import Command, Forgery
from tests.faults.sabotage import altered, is_told, sabotaged

FIRST_SENT = "event_id = (SELECT event_id FROM outbox WHERE type = 'dossier_submitted' ORDER BY position LIMIT 1)"
# What was told again, the rig told: nobody misses it.
FIRST_HEARD = (
    "(event_id, handler) ="
    " (SELECT event_id, handler FROM inbox WHERE NOT republished ORDER BY event_id, handler LIMIT 1)"
)


@pytest.mark.parametrize(
    ("service", "table", "statement", "what", "says"),
    [
        ("dossiers", "outbox", f"DELETE FROM outbox WHERE {FIRST_SENT}", "lost", "is in no outbox"),
        ("dossiers", "outbox", f"UPDATE outbox SET sent_at = NULL WHERE {FIRST_SENT}", "stuck", "waits in the outbox"),
        (
            "dossiers",
            "outbox",
            "INSERT INTO outbox (event_id, type, subject, version, body, occurred_at, traceparent, sent_at)"
            " SELECT gen_random_uuid(), type, subject, version, body, occurred_at, traceparent, sent_at"
            f" FROM outbox WHERE {FIRST_SENT}",
            "doubled",
            "was announced once too often: dossier_submitted",
        ),
        (
            "dossiers",
            "outbox",
            f"UPDATE outbox SET sent_at = sent_at + interval '1 day' WHERE {FIRST_SENT}",
            "stuck",
            "beyond the faults",
        ),
        ("notifications", "inbox", f"DELETE FROM inbox WHERE {FIRST_HEARD}", "lost", "never came to notifications"),
        ("notifications", "inbox", f"UPDATE inbox SET done_at = NULL WHERE {FIRST_HEARD}", "stuck", "has not done"),
        (
            "notifications",
            "inbox",
            f"UPDATE inbox SET parked_at = now() WHERE {FIRST_HEARD}",
            "stuck",
            "notifications parked",
        ),
        (
            "notifications",
            "inbox",
            "INSERT INTO inbox (event_id, handler, publisher, type, subject, epoch, version, body, arrived_at, due_at,"
            " done_at) SELECT gen_random_uuid(), handler, publisher, type, subject, epoch, version, body, arrived_at,"
            f" due_at, done_at FROM inbox WHERE {FIRST_HEARD}",
            "doubled",
            "of an event that nobody announced",
        ),
        (
            "notifications",
            "inbox",
            f"UPDATE inbox SET body = body || '{{\"more\": 1}}' WHERE {FIRST_HEARD}",
            "wrong",
            "notifications heard",
        ),
        (
            "notifications",
            "inbox",
            f"UPDATE inbox SET version = version + 1 WHERE {FIRST_HEARD}",
            "wrong",
            "notifications heard",
        ),
        (
            "delegation",
            "commands",
            "DELETE FROM commands WHERE command = 'request_role'",
            "lost",
            "was answered and is not stored",
        ),
        (
            "delegation",
            "commands",
            "UPDATE commands SET answer = '{}' WHERE command = 'request_role'",
            "wrong",
            "with another answer",
        ),
        (
            "delegation",
            "commands",
            "INSERT INTO commands SELECT caller, command, gen_random_uuid(), digest, answer, done_at FROM commands"
            " WHERE command = 'request_role' LIMIT 1",
            "doubled",
            "which nobody sent",
        ),
        ("delegation", "mandates", "DELETE FROM mandates", "lost", "its row in mandates is not there"),
        (
            "delegation",
            "reachable_people",
            "DELETE FROM reachable_people",
            "lost",
            "delegation.reachable_people does not know",
        ),
        (
            "delegation",
            "reachable_people",
            "UPDATE reachable_people SET version = version + 1",
            "lost",
            "delegation.reachable_people says",
        ),
        ("dossiers", "attachments", "DELETE FROM attachments", "lost", "its row in attachments is not there"),
        ("dossiers", "steps", "DELETE FROM steps WHERE verb = 'decided'", "lost", "0 times in the dossier's history"),
        ("dossiers", "mandates", "UPDATE mandates SET revoked_at = now()", "lost", "dossiers.mandates says"),
        ("identity", "dossiers", "UPDATE dossiers SET is_open = NOT is_open", "lost", "identity.dossiers says"),
        ("identity", "deletions", "UPDATE deletions SET state = 'accepted'", "lost", "and stored is"),
        ("notifications", "contacts", "DELETE FROM contacts", "lost", "notifications.contacts does not know"),
        ("notifications", "languages", "DELETE FROM languages", "lost", "notifications.languages does not know"),
        (
            "notifications",
            "messages",
            "DELETE FROM messages WHERE kind = 'role_requested'",
            "lost",
            "is not told of role_requested: no row in messages",
        ),
        (
            "notifications",
            "messages",
            "INSERT INTO messages SELECT gen_random_uuid(), gen_random_uuid(), person_id, kind, space, facts, link,"
            " created_at, read_at, version FROM messages LIMIT 1",
            "doubled",
            "that does not concern him",
        ),
        ("notifications", "deliveries", "UPDATE deliveries SET state = 'sending'", "stuck", "is sending"),
        *(
            (service, "revoked_sessions", "DELETE FROM revoked_sessions", "lost", f"{service}.revoked_sessions")
            for service in WITH_DATABASE
        ),
    ],
)
def test_what_is_changed_in_a_table_is_found(town, find, service, table, statement, what, says):
    with sabotaged(town, service, table, statement):
        found = find()

    assert is_told(found, what, says)


@pytest.mark.parametrize(
    ("service", "table", "key", "column", "value", "says"),
    [
        ("identity", "contacts", "contact_id", "email", "email || 'x'", "confirm_email"),
        ("identity", "people", "person_id", "language", "'xx' WHERE language_chosen_at IS NOT NULL", "left {"),
        (
            "identity",
            "sessions",
            "session_id",
            "ended_at",
            "NULL WHERE ended_at IS NOT NULL",
            "the session is not ended",
        ),
        ("dossiers", "dossiers", "dossier_id", "content_digest", "content_digest || 'x'", "left {"),
        ("delegation", "mandates", "mandate_id", "revocation_reason", "revocation_reason || 'x'", "left {"),
        ("delegation", "designations", "designation_id", "version", "version + 1", "notifications.contacts says"),
    ],
)
def test_what_is_changed_in_a_column_is_found(town, find, service, table, key, column, value, says):
    with altered(town, service, table, key, column, value):
        found = find()

    assert is_told(found, "lost", says)


def test_an_effect_twice_is_found(town, find):
    """A second role request of the same command."""
    columns = (
        "bce_number, role_name, gen_random_uuid(), requester_name, message, manager_ids, managers_without_address,"
        " requested_at, state, decided_by, decided_at, reason, version"
    )
    second = uuid.uuid4()
    statement = (
        f"INSERT INTO role_requests (role_request_id, {columns.replace('gen_random_uuid()', 'person_id')})"
        f" SELECT %s, {columns} FROM role_requests LIMIT 1"
    )
    assert town.databases.change("delegation", statement, second) == 1
    try:
        assert [each.what for each in find() if str(second) in each.sentence] == ["doubled"]
    finally:
        town.databases.change("delegation", "DELETE FROM role_requests WHERE role_request_id = %s", second)


def test_an_announcement_that_a_page_led_to_is_missed(town, outcome, find):
    command = next(each for each in outcome.ledger.in_state("answered") if each.name.endswith(" by pages"))
    of_its_person = f"body->>'person_id' = '{command.told_by_pages_of}'"
    with sabotaged(town, "identity", "outbox", f"DELETE FROM outbox WHERE {of_its_person}"):
        found = find()

    assert any(str(command.command_id) in each.sentence for each in found if each.what == "lost")


@pytest.mark.parametrize("content", [b"%PDF-1.7 something else", b""])
def test_a_file_that_is_not_what_was_sent_is_found(town, find, content):
    file = next((town.directory / "files").glob("??/*"))
    kept = file.read_bytes()
    file.write_bytes(content)
    found = find()
    file.write_bytes(kept)

    assert {each.what for each in found} == {"lost"}


def test_a_command_without_an_answer_is_found(outcome, find_with):
    outcome.ledger.commands.append(
        Command(command_id=uuid.uuid4(), service="delegation", method="request_role", caller="", arguments={})
    )
    found = find_with()
    outcome.ledger.commands.pop()

    assert [each.what for each in found] == ["stuck"]


def test_a_forged_message_that_was_not_parked_is_found(outcome, find_with):
    forged = Forgery(marker=str(uuid.uuid4()), service="dossiers", kind="malformed", is_sent=True)
    outcome.ledger.forgeries.append(forged)
    found = find_with()
    outcome.ledger.forgeries.pop()

    assert [each.what for each in found] == ["lost"]


@pytest.mark.parametrize(
    ("exchange", "queue"),
    [
        (topology.replay_exchange("dossiers"), topology.inbox_queue("dossiers")),
        (topology.parking("dossiers"), topology.parking("dossiers")),
        (topology.RPC_EXCHANGE, topology.rpc_queue("dossiers")),
    ],
)
def test_what_waits_in_a_queue_is_found(town, find, exchange, queue):
    with channel_of(town, ADMINISTRATOR) as channel:
        channel.basic_publish_confirm(
            amqp.Message("{}"), exchange, "dossiers.anything", mandatory=True, confirm_timeout=10
        )
        found = find()
        taken = []
        while (message := channel.basic_get(queue)) is not None:
            taken.append(message)
        # The one that came last is ours.
        channel.basic_ack(taken[-1].delivery_tag)

    assert [each.what for each in found] == ["stuck"]
