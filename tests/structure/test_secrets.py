"""Every secret that a manifest refers to is made somewhere: by a store in production, on the spot in development."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.development_secrets import build
from tests.structure.tools import of_kind, rendered


def referred(overlay: str) -> set[tuple[str, str | None]]:
    """Pairs (secret, key); None where the whole secret is mounted."""
    return {found for manifest in rendered(overlay) for found in _in(manifest)}


def _in(part: Any) -> Iterator[tuple[str, str | None]]:
    if isinstance(part, list):
        for item in part:
            yield from _in(item)
    if not isinstance(part, dict):
        return
    for name, value in part.items():
        if name == "secretKeyRef":
            yield value["name"], value["key"]
        elif name == "secretName":
            items = part.get("items") or [{"key": None}]
            yield from ((value, item["key"]) for item in items)
        else:
            yield from _in(value)


@pytest.fixture(scope="module")
def made_for_development(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    directory: Path = tmp_path_factory.mktemp("secrets")
    first = build(directory)
    kept = {name: content for name, content in build(directory).items() if name != "portal-keys"}
    assert kept.items() <= first.items()
    return first


def test_secrets_of_development_are_made_on_the_spot(made_for_development):
    for name, key in referred("development"):
        assert name in made_for_development
        assert key is None or made_for_development[name][key]


def test_no_secret_of_development_is_made_for_nobody(made_for_development):
    assert set(made_for_development) - {name for name, _ in referred("development")} == {"registries-broker"}


def test_secrets_of_production_come_from_the_store_or_from_the_databases_operator():
    stored = {
        item["spec"]["target"]["name"]: {entry["secretKey"] for entry in item["spec"]["data"]}
        | set(item["spec"]["target"].get("template", {}).get("data", {}))
        for item in of_kind("production", "ExternalSecret").values()
    }
    for cluster in of_kind("production", "Cluster"):
        stored[f"{cluster}-app"] = {"uri"}

    for name, key in referred("production"):
        assert name in stored
        assert key is None or key in stored[name]
