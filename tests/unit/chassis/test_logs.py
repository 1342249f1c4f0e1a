"""What a log holds: where it failed, never what the variables were."""

from __future__ import annotations

import subprocess
import sys

import pytest

# A process of its own: logging is set up once for a whole process.
PROGRAM = """
import logging
import sys
from chassis import logs

logs.set_up(level="info", form={form!r})

def open_link(secret):
    raise RuntimeError("it broke")

def told_by(write):
    try:
        open_link(sys.argv[1])
    except RuntimeError:
        write("page_failed")

told_by(logs.log.exception)
told_by(logging.getLogger("a library").exception)
"""


OF_A_DATABASE = """
import logging
import sys
from chassis import logs
from chassis.database import psycopg, sa

logs.set_up(level="info", form={form!r})

def store():
    # From outside: since Python 3.13 a traceback shows the lines of a program given with -c as well.
    raise psycopg.errors.UniqueViolation(sys.argv[1])

def told_by(write):
    try:
        try:
            store()
        except psycopg.Error as error:
            raise sa.exc.IntegrityError("INSERT", None, error) from error
    except sa.exc.IntegrityError:
        write("page_failed")

told_by(logs.log.exception)
told_by(logging.getLogger("a library").exception)
"""


@pytest.mark.parametrize("form", ["json", "console"])
def test_of_a_database_s_message_the_lines_that_quote_values_are_left_out(form: str) -> None:
    message = "duplicate key\nDETAIL:  Key (email)=(amelie@example.org\nDubois) exists."
    program = [sys.executable, "-c", OF_A_DATABASE.format(form=form), message]

    told = subprocess.run(program, capture_output=True, text=True, check=True).stderr

    assert told.count("UniqueViolation: duplicate key") == 2
    assert told.count("IntegrityError: (psycopg.errors.UniqueViolation) duplicate key") == 2
    assert told.count("in store") == 2
    assert "amelie@example.org" not in told
    assert "Dubois" not in told


@pytest.mark.parametrize("form", ["json", "console"])
def test_an_error_is_logged_with_its_place_and_without_the_values_of_variables(form: str) -> None:
    program = [sys.executable, "-c", PROGRAM.format(form=form), "a-very-secret-secret"]

    told = subprocess.run(program, capture_output=True, text=True, check=True).stderr

    assert told.count("RuntimeError: it broke") == 2
    assert told.count("open_link") >= 2
    assert "a-very-secret-secret" not in told
