"""Every service is deployed, watched and drawn; nothing else is."""

from __future__ import annotations

import json

import pytest
import yaml

from deploy.rabbitmq import definitions
from tests.structure.project import OVERLAYS, ROOT, SERVICES, compose, service_class
from tests.structure.tools import of_kind

HTTP_PORT = 8080


def test_there_are_the_five_services():
    assert SERVICES == ("delegation", "dossiers", "identity", "notifications", "portal")


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_says_what_it_is(name):
    assert service_class(name).name == name
    assert (__import__(f"services.{name}", fromlist=["_"]).__doc__ or "").strip()


@pytest.mark.parametrize("name", SERVICES)
def test_compose_runs_it(name):
    entry = compose()["services"][name]

    assert entry["command"] == ["run", name]
    assert entry["environment"][f"{name.upper()}_HTTP_PORT"] == str(HTTP_PORT)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_kubernetes_runs_the_services_and_nothing_more(overlay):
    deployments = of_kind(overlay, "Deployment").values()

    ours = {
        item["metadata"]["name"]
        for item in deployments
        if item["metadata"]["labels"]["app.kubernetes.io/component"] == "service"
    }
    assert ours == set(SERVICES)
    assert set(SERVICES) <= set(of_kind(overlay, "Service"))
    assert set(SERVICES) <= set(of_kind(overlay, "PodDisruptionBudget"))


@pytest.mark.parametrize("overlay", OVERLAYS)
@pytest.mark.parametrize("name", SERVICES)
def test_its_pods_are_probed_bounded_and_restricted(overlay, name):
    pod = of_kind(overlay, "Deployment")[name]["spec"]["template"]["spec"]
    (container,) = pod["containers"]

    assert container["args"] == ["run", name]
    assert container["livenessProbe"]["httpGet"] == {"path": "/health/live", "port": "http"}
    assert container["readinessProbe"]["httpGet"] == {"path": "/health/ready", "port": "http"}
    assert {"name": "http", "containerPort": HTTP_PORT} in container["ports"]
    assert {"cpu", "memory"} <= set(container["resources"]["requests"])
    assert "memory" in container["resources"]["limits"]
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    drain = service_class(name).settings_class.variables()["DRAIN_SECONDS"].default
    assert pod["terminationGracePeriodSeconds"] > drain + 5


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_nobody_talks_to_anybody_who_was_not_named(overlay):
    deny = of_kind(overlay, "NetworkPolicy")["default-deny"]["spec"]

    assert deny == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_database_is_migrated(overlay):
    assert {f"migrate-{name}" for name in definitions.WITH_DATABASE} <= set(of_kind(overlay, "Job"))


@pytest.mark.parametrize("name", definitions.WITH_DATABASE)
def test_production_gives_each_service_its_own_database(name):
    cluster = of_kind("production", "Cluster")[f"{name}-database"]["spec"]

    assert cluster["bootstrap"]["initdb"] == {"database": name, "owner": name}
    assert cluster["inheritedMetadata"]["labels"] == {f"database-of-{name}": "true"}
    assert of_kind("production", "ScheduledBackup")[f"{name}-database"]["spec"]["cluster"] == {
        "name": f"{name}-database"
    }


def test_prometheus_looks_at_every_service():
    scraped = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())["scrape_configs"]
    targets = {
        config["labels"]["service"]: config["targets"]
        for job in scraped
        if job["job_name"] == "mon-espace"
        for config in job["static_configs"]
    }

    assert targets == {name: [f"{name}:{HTTP_PORT}"] for name in SERVICES}


def test_the_monitor_of_production_looks_at_every_service():
    monitor = of_kind("production", "ServiceMonitor")["mon-espace"]["spec"]

    for name in SERVICES:
        service = of_kind("production", "Service")[name]
        assert monitor["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
        assert monitor["endpoints"][0]["port"] in [port["name"] for port in service["spec"]["ports"]]


def test_the_dashboard_has_a_row_for_every_service():
    panels = json.loads((ROOT / "deploy/grafana/mon-espace.json").read_text())["panels"]

    assert {panel["title"] for panel in panels if panel["type"] == "row"} == set(SERVICES)


def test_every_service_and_caller_has_a_user_at_the_broker():
    assert set(definitions.USERS) == {*SERVICES, "registries"}
