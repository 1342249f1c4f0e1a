"""What manifests set exists, and what services require is set."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path
from typing import Any

import pytest

from deploy.embedded.keys import Keys
from tests.structure.project import OVERLAYS, SERVICES, compose, service_class
from tests.structure.tools import of_kind

PLACES = ("compose", *OVERLAYS)


def environment(place: str, name: str) -> dict[str, str | None]:
    """{variable: value, or None where a secret holds it}."""
    if place == "compose":
        return dict(compose()["services"][name]["environment"])
    (container,) = of_kind(place, "Deployment")[name]["spec"]["template"]["spec"]["containers"]
    found: dict[str, str | None] = {}
    for source in container["envFrom"]:
        found |= of_kind(place, "ConfigMap")[source["configMapRef"]["name"]]["data"]
    return found | {variable["name"]: variable.get("value") for variable in container["env"]}


def variables(name: str) -> dict[str, dataclasses.Field[Any]]:
    found: dict[str, dataclasses.Field[Any]] = service_class(name).settings_class.variables()
    return found


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", SERVICES)
def test_every_setting_that_is_set_exists(place, name):
    assert set(environment(place, name)) <= set(variables(name))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", SERVICES)
def test_every_required_setting_is_set(place, name):
    required = {variable for variable, field in variables(name).items() if field.default is dataclasses.MISSING}

    assert required <= set(environment(place, name))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", SERVICES)
def test_every_value_can_be_read(place, name):
    """All but files and directories, which are not here."""
    for variable, value in environment(place, name).items():
        field = variables(name)[variable]
        if value is not None and not variable.endswith(("_FILE", "_DIRECTORY")):
            field.metadata["parse"](value.replace("${DATABASE_PASSWORD:-development}", "x"))


@pytest.mark.parametrize("overlay", OVERLAYS)
@pytest.mark.parametrize("name", SERVICES)
def test_addresses_with_passwords_come_from_secrets(overlay, name):
    told = environment(overlay, name)
    secret = {
        variable
        for variable, field in variables(name).items()
        if field.metadata["secret"] and not variable.endswith("_FILE")
    }

    assert {variable for variable in secret if told[variable] is not None} == set()


@pytest.mark.parametrize("overlay", OVERLAYS)
@pytest.mark.parametrize("name", SERVICES)
def test_files_that_are_named_are_mounted(overlay, name):
    pod = of_kind(overlay, "Deployment")[name]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    mounts = {mount["mountPath"] for mount in container["volumeMounts"]}
    volumes = {volume["name"] for volume in pod["volumes"]}

    named = {
        Path(value) for variable, value in environment(overlay, name).items() if variable.endswith("_FILE") and value
    }
    assert {str(file.parent) for file in named} <= mounts
    assert {mount["name"] for mount in container["volumeMounts"]} == volumes


@pytest.mark.parametrize("name", SERVICES)
def test_secrets_of_production_hold_the_files_that_are_named(name):
    pod = of_kind("production", "Deployment")[name]["spec"]["template"]["spec"]
    secret_of = {volume["name"]: volume["secret"]["secretName"] for volume in pod["volumes"] if "secret" in volume}
    (container,) = pod["containers"]
    folder_of = {mount["mountPath"]: secret_of.get(mount["name"]) for mount in container["volumeMounts"]}

    for variable, value in environment("production", name).items():
        if variable.endswith("_FILE") and value:
            external = of_kind("production", "ExternalSecret")[str(folder_of[str(Path(value).parent)])]
            assert Path(value).name in {entry["secretKey"] for entry in external["spec"]["data"]}, variable


@pytest.mark.parametrize("name", SERVICES)
def test_production_runs_as_production(name):
    told = environment("production", name)

    assert told["ENVIRONMENT"] == "production"
    assert "NOW" not in told


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_portal_knows_how_many_proxies_stand_before_it(overlay):
    """Attempts are counted by the address of a browser: of all, where that is the ingress's."""
    ingresses = of_kind(overlay, "Ingress")

    assert int(environment(overlay, "portal").get("PORTAL_TRUSTED_PROXIES", 0)) == len(ingresses)


def test_keys_made_for_compose_are_those_that_it_names():
    from deploy.prepare import prepare_keys

    with tempfile.TemporaryDirectory() as folder:
        prepare_keys(Path(folder), "secret")
        made = {path.name for path in Path(folder).iterdir()}
        assert Keys(Path(folder)).statement_keys_file.exists()

    named = {
        Path(value).name
        for service in compose()["services"].values()
        for variable, value in (service.get("environment") or {}).items()
        if variable.endswith("_FILE")
    }
    assert named <= made
    assert "definitions.json" in made
