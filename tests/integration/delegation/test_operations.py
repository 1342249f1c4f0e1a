"""What operators see of the running service, and what they can have it do."""

from __future__ import annotations

import subprocess
import sys
import urllib.request
from uuid import uuid4

import pytest
import sqlalchemy as sa

from chassis.database import connect
from chassis.tables import audit_acts
from contracts.errors import Refusal
from tests.support.processes import ROOT


def test_an_operator_has_the_present_states_told_again(station):
    enterprise = station.an_enterprise_with_a_manager()
    (mandate,) = station.manager.rpc.list_people_of(bce_number=enterprise)

    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)} | station.process.environment
    told = subprocess.run(
        [sys.executable, "-m", "services", "republish", "delegation"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert told.returncode == 0, told.stderr
    station.wait_until(lambda: station.republished("role_granted", mandate_id=str(mandate.mandate_id)))
    engine = connect(environment["DELEGATION_DATABASE_URL"], pool=1, name="test")
    with engine.connect() as connection:
        acts = connection.execute(sa.select(audit_acts.c.content)).scalars().all()
    engine.dispose()
    assert [act["service"] for act in acts if act["action"] == "republish"] == ["operator"]


def test_what_operators_count_is_shown(station):
    enterprise = station.an_enterprise_with_a_manager()
    station.a_person("Amélie").rpc.request_role(bce_number=enterprise, role="reader", message="", command_id=uuid4())

    with urllib.request.urlopen(f"{station.process.url}/metrics", timeout=5) as answer:
        shown = answer.read().decode()

    assert 'delegation_role_requests_total{outcome="requested"}' in shown
    assert 'delegation_mandates_total{change="granted"}' in shown


def test_nothing_personal_is_logged(station):
    enterprise, applicant = station.an_enterprise_with_a_manager(), station.a_person("Amélie")
    with pytest.raises(Refusal):
        applicant.rpc.request_role(bce_number="0403019262", role="reader", message="Bonjour.", command_id=uuid4())
    asked = applicant.rpc.request_role(bce_number=enterprise, role="reader", message="Bonjour.", command_id=uuid4())

    logged = station.process.log.read_text()
    assert str(asked.role_request_id) in logged
    for personal in ("Amélie", "Dubois", "Bonjour", "@example.org"):
        assert personal not in logged
