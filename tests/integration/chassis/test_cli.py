"""What an operator types: ``python -m services …``."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from chassis.audit.acts import commitment_to
from chassis.database import connect
from chassis.statements import generate_key
from chassis.tables import audit_acts, inbox, publication
from deploy.embedded.keys import Keys
from services.cli import main
from tests.integration.chassis.ledger import NOON


@pytest.fixture
def database(empty_database, amqp_uri, tmp_path, monkeypatch):
    """Of notifications, migrated; with the broker's address and the audit key where the command looks for them."""
    url = empty_database()
    monkeypatch.setenv("NOTIFICATIONS_AUDIT_KEY_FILE", str(Keys(tmp_path / "keys").audit_key_file("notifications")))
    monkeypatch.setenv("NOTIFICATIONS_DATABASE_URL", url)
    monkeypatch.setenv("AMQP_URI", amqp_uri)
    assert main(["migrate", "notifications"]) == 0
    engine = connect(url, pool=1, name="test")
    yield engine
    engine.dispose()


@pytest.fixture
def parked(database):
    """The id of an event whose reaction was given up."""
    event_id = uuid4()
    row = {
        "event_id": event_id,
        "handler": "on_told",
        "publisher": "teller",
        "type": "told",
        "subject": "a story",
        "epoch": 1,
        "version": 1,
        "body": {"words": "x"},
        "arrived_at": NOON,
        "due_at": NOON + timedelta(hours=1),
        "attempts": 12,
        "error": "RuntimeError: it fails",
        "parked_at": NOON,
    }
    with database.begin() as connection:
        connection.execute(sa.insert(inbox).values(**row))
    return str(event_id)


def acts(database):
    """What the audit trail says of an operator."""
    with database.connect() as connection:
        told = connection.execute(sa.select(audit_acts.c.content)).scalars()
        return [(act["action"], act["subject"], act["service"]) for act in told]


def told(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]


def test_what_is_parked_is_listed_and_shown(parked, capsys):
    assert main(["parked", "list", "notifications"]) == 0
    (listed,) = told(capsys)
    assert (listed["event_id"], listed["error"]) == (parked, "RuntimeError: it fails")
    assert "body" not in listed

    assert main(["parked", "show", "notifications", parked]) == 0
    (shown,) = told(capsys)
    assert shown["body"] == {"words": "x"}


def test_what_is_parked_is_due_again_when_replayed(parked, database):
    assert main(["parked", "replay", "notifications", parked]) == 0

    with database.connect() as connection:
        row = connection.execute(sa.select(inbox)).one()
    assert (row.parked_at, row.attempts, row.due_at) == (None, 0, NOON)
    assert acts(database) == [("replay_parked", f"event:{parked}", "operator")]
    assert main(["parked", "replay", "notifications", parked]) == 1


def test_what_is_parked_is_gone_when_dropped(parked, database):
    assert main(["parked", "drop", "notifications", parked]) == 0

    assert acts(database) == [("drop_parked", f"event:{parked}", "operator")]
    with database.connect() as connection:
        assert connection.execute(sa.select(inbox)).all() == []


def test_who_names_no_event_or_an_unknown_one_is_told(parked, capsys):
    assert main(["parked", "drop", "notifications"]) == 2
    assert "parked list notifications" in capsys.readouterr().err
    assert main(["parked", "drop", "notifications", str(uuid4())]) == 1


def test_the_epoch_is_raised(database, capsys):
    assert main(["raise-epoch", "notifications"]) == 0

    assert capsys.readouterr().out.endswith("notifications: epoch 2\n")
    assert acts(database) == [("raise_epoch", "epoch:2", "operator")]
    with database.connect() as connection:
        assert connection.execute(sa.select(publication.c.epoch)).scalar_one() == 2


def test_a_database_that_is_already_up_to_date_is_left_alone(database, capsys):
    capsys.readouterr()

    assert main(["migrate", "notifications"]) == 0
    assert capsys.readouterr().out == "notifications: nothing to do\n"


@pytest.mark.parametrize(
    ("arguments", "variable"),
    [
        (["migrate", "identity"], "IDENTITY_DATABASE_URL"),
        (["parked", "list", "identity"], "IDENTITY_DATABASE_URL"),
        (["raise-epoch", "notifications"], "NOTIFICATIONS_AUDIT_KEY_FILE"),
        (["parked", "drop", "notifications", str(uuid4())], "NOTIFICATIONS_AUDIT_KEY_FILE"),
        (["token", "primes", "--scope", "delegation.check"], "OPERATOR_SIGNING_KEY_FILE"),
    ],
)
def test_a_setting_that_is_absent_is_named(database, arguments, variable, monkeypatch, capsys):
    monkeypatch.delenv(variable, raising=False)

    assert main(arguments) == 2
    assert variable in capsys.readouterr().err


@pytest.mark.parametrize("content", [None, "no JSON", "[]", json.dumps(generate_key()[1])])
def test_a_key_that_does_not_sign_changes_nothing(parked, database, content, tmp_path, monkeypatch, capsys):
    key_file = tmp_path / "wrong.json"
    if content is not None:
        key_file.write_text(content)
    monkeypatch.setenv("NOTIFICATIONS_AUDIT_KEY_FILE", str(key_file))

    assert main(["parked", "drop", "notifications", parked]) == 2
    assert str(key_file) in capsys.readouterr().err
    with database.connect() as connection:
        assert len(connection.execute(sa.select(inbox)).all()) == 1


NOBODY = "127.0.0.1:1"


@pytest.mark.parametrize(
    "arguments",
    [["parked", "list", "notifications"], ["audit", "heads", "notifications"], ["migrate", "notifications"]],
)
def test_a_database_that_is_away_is_a_sentence(arguments, monkeypatch, capsys):
    monkeypatch.setenv("NOTIFICATIONS_DATABASE_URL", f"postgresql+psycopg://user:secret@{NOBODY}/nothing")
    monkeypatch.setenv("AMQP_URI", f"amqp://guest:secret@{NOBODY}/")

    assert main(arguments) == 1
    told = capsys.readouterr().err
    assert told.startswith("the database is away")
    assert "secret" not in told


def test_a_broker_that_is_away_is_a_sentence(database, monkeypatch, capsys):
    monkeypatch.setenv("AMQP_URI", f"amqp://guest:secret@{NOBODY}/")

    assert main(["parked", "list", "notifications"]) == 1
    assert capsys.readouterr().err.startswith("the broker is away")


@pytest.mark.parametrize("days", ["0", "-1", "367", "many"])
def test_a_statement_is_good_for_a_year_at_most(days, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["token", "primes", "--scope", "delegation.check", "--days", days])

    assert ended.value.code == 2
    assert "from 1 to 366 days" in capsys.readouterr().err


@pytest.fixture
def audit_keys(tmp_path, monkeypatch):
    keys = Keys(tmp_path / "keys")
    monkeypatch.setenv("AUDIT_KEYS_FILE", str(keys.audit_keys_file))
    return keys


def put_in(database):
    """An act that nobody sealed for a day."""
    act = {"action": "signed_in", "at": (datetime.now(UTC) - timedelta(days=1)).isoformat()}
    with database.begin() as connection:
        connection.execute(
            sa.insert(audit_acts).values(act_id=uuid4(), content=act, salt=b"", commitment=commitment_to(act, b""))
        )


def test_an_audit_trail_that_is_whole_is_found_so(database, audit_keys, capsys):
    assert main(["audit", "verify", "notifications"]) == 0

    assert capsys.readouterr().out.endswith("0 heads; 0 faults\n")


def test_an_act_that_was_put_in_has_a_status_of_its_own(database, audit_keys, capsys):
    put_in(database)

    assert main(["audit", "verify", "notifications"]) == 3
    assert "not sealed yet, was not recorded by notifications" in capsys.readouterr().out


@pytest.mark.parametrize("content", [None, "no JSON", "{}", '{"notifications": {"keys": 7}}'])
def test_keys_that_cannot_be_read_accuse_nobody(database, audit_keys, tmp_path, content, monkeypatch, capsys):
    wrong = tmp_path / "wrong.json"
    if content is not None:
        wrong.write_text(content)
    monkeypatch.setenv("AUDIT_KEYS_FILE", str(wrong))

    assert main(["audit", "verify", "notifications"]) == 2
    said = capsys.readouterr()
    assert said.err.startswith("setting: AUDIT_KEYS_FILE")


def test_kept_heads_that_are_not_there_are_named(database, audit_keys, capsys):
    assert main(["audit", "verify", "notifications", "--heads", "/nowhere/heads"]) == 2
    assert "--heads: /nowhere/heads cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["identity", "portal"])
def test_the_settings_of_a_service_are_told(name, capsys):
    assert main(["settings", name]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("AMQP_URI") and line.endswith("(required, secret)") for line in lines)
