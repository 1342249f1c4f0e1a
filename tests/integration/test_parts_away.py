"""The broker, then the database go away and come back: all five services say so, and go on by themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deploy.embedded.environment import WITH_DATABASE
from tests.integration.installation import Installation
from tests.support.killable_postgres import KillablePostgres


@pytest.fixture(scope="module")
def installation(tmp_path_factory, killable_rabbitmq, killable_postgres: KillablePostgres) -> Iterator[Installation]:
    databases = {name: killable_postgres.databases.make(name) for name in WITH_DATABASE}
    uri = killable_rabbitmq.uri
    with Installation(
        tmp_path_factory.mktemp("installation"), uri_of=lambda _: uri, databases=databases
    ) as installation:
        installation.start()
        # RabbitMQ loses a quorum queue that was declared shortly before it is killed (how shortly, depends on the
        # machine): not so one that has seen an orderly end.
        killable_rabbitmq.stop()
        killable_rabbitmq.start()
        yield installation


def test_while_the_broker_is_away_only_the_portal_is_ready_and_says_so(installation, killable_rabbitmq):
    installation.require_all_goes_on()

    killable_rabbitmq.kill()
    installation.wait_until(lambda: installation.say_unready("broker"), what="the services to miss the broker")
    installation.wait_until(lambda: "broker" in installation.health("portal")[1]["away"], what="the portal to miss it")
    assert installation.ready() == {"portal"}
    status, page = installation.page("/demarches")
    assert status == 503
    assert "la liaison entre les services" in page
    assert installation.page("/aide")[0] == 200
    killable_rabbitmq.start()

    installation.require_all_goes_on()


def test_while_the_database_is_away_only_the_portal_is_ready_and_says_which_part(installation, killable_postgres):
    installation.require_all_goes_on()

    killable_postgres.kill()
    installation.wait_until(lambda: installation.say_unready("database"), what="the services to miss the database")
    assert installation.ready() == {"portal"}
    status, page = installation.page("/demarches")
    assert status == 503
    assert "les démarches et les dossiers" in page
    killable_postgres.start()

    installation.require_all_goes_on()
