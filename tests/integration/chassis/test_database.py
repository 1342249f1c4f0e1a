import json
import subprocess
import sys

import psycopg
import pytest
import sqlalchemy as sa

from chassis import database
from chassis.database import connect
from tests.support.processes import ROOT


@pytest.fixture(scope="module")
def seen_on_green_threads(test_databases):
    url = test_databases.make_empty()
    command = [sys.executable, "-W", "ignore", "-m", "tests.integration.chassis.green_database", url]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_green_threads_wait_for_the_database_side_by_side(seen_on_green_threads):
    assert seen_on_green_threads["class"] == "GreenConnection"
    assert seen_on_green_threads["was_waiting"]


def test_a_statement_that_does_not_fit_into_the_socket_is_sent_and_answered_whole(seen_on_green_threads):
    assert seen_on_green_threads["is_whole"]
    assert (seen_on_green_threads["counted"], seen_on_green_threads["short"]) == (8 << 20, 1)


@pytest.fixture
def engine(empty_database):
    engine = connect(empty_database(), pool=1, name="idle")
    yield engine
    engine.dispose()


def end_session(engine):
    """As the database's restart would, while the connection lies in the pool."""
    with engine.connect() as connection:
        pid = connection.execute(sa.func.pg_backend_pid().select()).scalar()
        url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])


def test_a_connection_that_lay_idle_is_asked_whether_it_lives(engine, monkeypatch):
    monkeypatch.setattr(database, "TRUSTED_FOR", 0.0)
    end_session(engine)

    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT 1")).scalar() == 1


def test_one_that_was_just_used_is_not_and_its_loss_is_found_by_the_first_statement(engine, monkeypatch):
    monkeypatch.setattr(database, "TRUSTED_FOR", 3600.0)
    end_session(engine)

    with engine.connect() as connection, pytest.raises(sa.exc.OperationalError):
        connection.execute(sa.text("SELECT 1"))
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT 1")).scalar() == 1
