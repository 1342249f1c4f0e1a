"""Dashboards and alerts ask for metrics that the code declares, by labels that these have."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from prometheus_client import REGISTRY

from tests.structure.project import ROOT, SERVICES, service_class

# Prometheus' own.
OF_PROMETHEUS = {"up"}
_FUNCTIONS = {"sum", "max", "min", "rate", "increase", "by", "histogram_quantile", "le", "and", "or"}
_WORD = re.compile(r"\b[a-z_][a-z0-9_]*\b(?!\s*\()")
_SELECTOR = re.compile(r"([a-z_]+)\{([^}]*)\}")
_LABEL = re.compile(r'([a-z_]+)\s*(?:=~|!~|!=|=)\s*"')


def declared() -> dict[str, set[str]]:
    """{sample name: labels}."""
    for name in SERVICES:
        service_class(name)
    found: dict[str, set[str]] = {}
    for collector in set(REGISTRY._collector_to_names):
        labels = set(getattr(collector, "_labelnames", ()))
        for sample in REGISTRY._collector_to_names[collector]:
            found[sample] = labels | {"le"} if sample.endswith("_bucket") else labels
    return found


def queries() -> list[tuple[str, str]]:
    """(where, PromQL)."""
    rules = yaml.safe_load((ROOT / "deploy/prometheus/rules.yaml").read_text())
    alerts = [(rule["alert"], rule["expr"]) for group in rules["groups"] for rule in group["rules"]]
    panels = json.loads((ROOT / "deploy/grafana/mon-espace.json").read_text())["panels"]
    return alerts + [
        (f"{panel['title']} {target['refId']}", target["expr"])
        for panel in panels
        for target in panel.get("targets", [])
    ]


@pytest.mark.parametrize(("where", "query"), queries())
def test_a_query_asks_for_what_the_code_counts(where, query):
    without_labels = re.sub(r"\{[^}]*\}|\[[^]]*\]|by \([^)]*\)", "", query)

    asked = set(_WORD.findall(without_labels)) - _FUNCTIONS
    assert asked
    assert asked <= set(declared()) | OF_PROMETHEUS


@pytest.mark.parametrize(("where", "query"), queries())
def test_a_query_selects_by_labels_that_are_there(where, query):
    # Targets have labels of their own.
    of_target = {"service", "app", "instance"}
    for metric, selector in _SELECTOR.findall(query):
        assert set(_LABEL.findall(selector)) <= declared().get(metric, set()) | of_target


def test_no_label_is_an_identifier():
    labels = {label for of_metric in declared().values() for label in of_metric}

    assert not {label for label in labels if label.endswith("_id") or label in ("id", "person", "email", "bce_number")}
