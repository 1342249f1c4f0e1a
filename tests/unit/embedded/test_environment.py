"""The environment that each service gets on one machine."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chassis.settings import ServiceSettings
from deploy.embedded.environment import SERVICES, WITH_DATABASE, Surroundings, environment_of
from deploy.embedded.keys import Keys

NOON = datetime(2024, 10, 15, 12, tzinfo=UTC)


@pytest.fixture
def around(tmp_path: Path) -> Surroundings:
    return Surroundings(
        keys=Keys(tmp_path / "keys"),
        amqp_uri="amqp://guest:guest@127.0.0.1:8072/",
        database_urls={name: f"postgresql://{name}:secret@127.0.0.1:8032/{name}" for name in WITH_DATABASE},
        door_ports={name: 8101 + index for index, name in enumerate(SERVICES)},
        portal_port=8000,
        csam_port=8010,
        register_port=8011,
        scanner_port=8012,
        smtp_port=8026,
        files_directory=tmp_path,
        now=NOON,
    )


def settings_of(name: str) -> type[ServiceSettings]:
    module = importlib.import_module(f"services.{name}.settings")
    found: type[ServiceSettings] = getattr(module, f"{name.capitalize()}Settings")
    return found


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_finds_every_setting_it_needs(around: Surroundings, name: str) -> None:
    settings = settings_of(name).load(environment_of(name, around, now=NOON))

    assert settings.now == NOON
    assert settings.http_host == "127.0.0.1"


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_told_nothing_that_it_has_no_setting_for(around: Surroundings, name: str) -> None:
    known = set(settings_of(name).variables()) | {"SEALING_KEYS_FILE", "PORTAL_URL"}

    assert set(environment_of(name, around, now=NOON)) <= known
