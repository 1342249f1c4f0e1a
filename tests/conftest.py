"""What all tests may ask for. Servers are started by the first test that needs one; unit tests need none."""

# First of all: it settles how psycopg waits, which must be known before anything imports psycopg.
import deploy.embedded  # noqa: F401

pytest_plugins = [
    "tests.support.postgres",
    "tests.support.engines",
    "tests.support.killable_postgres",
    "tests.support.rabbitmq",
    "tests.support.processes",
    "tests.support.neighbours",
    "tests.support.times",
]
