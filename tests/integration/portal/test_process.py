"""The portal as a real process on RabbitMQ: alone, and with one real neighbour."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import requests
from bs4 import BeautifulSoup

from tests.support.postgres import DatabaseOf
from tests.support.processes import ROOT, RunService, ServiceEnvironment, ServiceProcess


@pytest.fixture
def environment(service_environment: ServiceEnvironment, amqp_uri: str, database_of: DatabaseOf) -> dict[str, str]:
    return service_environment(amqp_uri=amqp_uri, databases={"dossiers": database_of("dossiers")})


@pytest.fixture
def portal(run_service: RunService, environment: dict[str, str]) -> ServiceProcess:
    return run_service("portal", environment=environment)


@pytest.fixture
def site(environment: dict[str, str]) -> str:
    return environment["PORTAL_URL"]


def read(address: str) -> tuple[int, BeautifulSoup]:
    answer = requests.get(address, timeout=30)
    return answer.status_code, BeautifulSoup(answer.text, "html.parser")


def test_alone_it_is_ready_to_say_which_part_is_away(portal: ServiceProcess, site: str) -> None:
    assert requests.get(f"{portal.url}/health/ready", timeout=10).json()["ready"] is True
    assert read(f"{site}/aide")[0] == 200

    status, page = read(f"{site}/demarches")

    assert status == 503
    assert "les démarches et les dossiers" in page.text


def test_pages_are_counted_by_their_name(portal: ServiceProcess, site: str) -> None:
    read(f"{site}/confirmer/a-very-secret-link")

    told = requests.get(f"{portal.url}/metrics", timeout=10).text
    assert 'portal_pages_total{method="GET",page="citizen.show_confirmation",status="200"} 1.0' in told
    assert "a-very-secret-link" not in told + portal.told()


def test_a_deep_link_shows_a_procedure_to_who_has_not_signed_in(
    portal: ServiceProcess, run_service: RunService, environment: dict[str, str], site: str
) -> None:
    publish_procedures(environment)
    run_service("dossiers", environment=environment)

    status, page = read(f"{site}/demarches/prime-investissement")
    assert status == 200
    assert page.h1 is not None
    assert page.h1.text == "Demande de prime à l'investissement"
    assert "Remplir" in page.text

    found = read(f"{site}/demarches?recherche=immo")[1]
    assert "Contester le précompte immobilier" in found.text
    assert read(f"{site}/demarches/no-such-procedure")[0] == 404


def test_a_stop_is_orderly(portal: ServiceProcess, site: str) -> None:
    assert read(f"{site}/")[0] == 200

    assert portal.stop() == 0


def publish_procedures(environment: dict[str, str]) -> None:
    settings = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(ROOT))} | environment
    subprocess.run([sys.executable, "-m", "services", "publish-procedures"], env=settings, check=True, timeout=120)
