"""identity is restored from a backup: those who keep what it told, delegation and notifications, hold what it holds."""

from __future__ import annotations

import psycopg

from tests.cast import AMELIE, BERNARD, HUGO
from tests.support.processes import operate

# What its listeners know by its announcements alone.
READ_MODELS = [
    ("notifications", "contacts"),
    ("notifications", "languages"),
    ("notifications", "revoked_sessions"),
    ("delegation", "reachable_people"),
    ("delegation", "revoked_sessions"),
]
WRITTEN = "SELECT event_id, recipient FROM deliveries"


def test_neighbours_of_a_restored_identity_believe_what_it_holds_and_write_to_nobody(
    installation, run_service, test_databases
):
    identity = run_service("identity", environment=installation.environment)
    run_service("delegation", "notifications", environment=installation.environment)
    amelie = installation.open_space(AMELIE)
    bernard = installation.open_space(BERNARD)
    installation.choose_language(AMELIE, "nl")
    installation.wait_until_whole()

    identity.stop()
    backup = test_databases.copy(installation.databases["identity"])
    identity.start()

    # What happens after the backup is lost with the database, but the neighbours have heard of it.
    hugo = installation.open_space(HUGO)
    installation.choose_language(AMELIE, "de")
    installation.choose_language(BERNARD, "en")
    installation.wait_until_whole()
    assert installation.rows("notifications", "SELECT person_id FROM contacts") == {(amelie,), (bernard,), (hugo,)}
    written = installation.rows("notifications", WRITTEN)
    assert len(written) == 3

    identity.kill()
    installation.databases["identity"] = backup
    installation.environment["IDENTITY_DATABASE_URL"] = backup
    identity.environment["IDENTITY_DATABASE_URL"] = backup
    assert operate(installation.environment, "raise-epoch", "identity") == "identity: epoch 2\n"
    identity.start()
    operate(installation.environment, "republish", "identity")

    installation.wait_until_whole()
    assert installation.rows("delegation", "SELECT person_id FROM reachable_people") == {(amelie,), (bernard,)}
    assert installation.rows("notifications", "SELECT person_id, language FROM languages") == {(amelie, "nl")}
    assert installation.rows("notifications", WRITTEN) == written

    # And life goes on: what is newer than the backup is believed, though its versions are those of before.
    installation.choose_language(AMELIE, "fr")
    installation.open_space(HUGO)
    installation.wait_until_whole()
    assert len(installation.rows("notifications", "SELECT person_id FROM contacts")) == 3


def test_read_models_that_were_dropped_by_mistake_are_whole_after_republish(installation, run_service):
    run_service("identity", environment=installation.environment)
    run_service("delegation", "notifications", environment=installation.environment)
    installation.open_space(AMELIE)
    installation.open_space(BERNARD)
    installation.choose_language(AMELIE, "nl")
    installation.sign_out()
    installation.wait_until_whole()
    written = installation.rows("notifications", WRITTEN)
    for name, table in READ_MODELS:
        with psycopg.connect(installation.databases[name]) as connection:
            dropped = connection.execute(f"DELETE FROM {table}").rowcount
        assert dropped > 0, table
    assert not installation.is_whole()

    operate(installation.environment, "republish", "identity")

    installation.wait_until_whole()
    assert installation.rows("notifications", WRITTEN) == written
