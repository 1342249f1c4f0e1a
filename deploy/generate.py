"""``python -m deploy.generate``: write again what is made from other files; a test compares (tests/structure)."""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

from deploy.grafana import dashboard
from deploy.rabbitmq import definitions

HERE = Path(__file__).parent
RULES = HERE / "prometheus/rules.yaml"
PRODUCTION = HERE / "kubernetes/overlays/production"
PROMETHEUS_RULE = PRODUCTION / "monitoring/prometheus-rule.yaml"
MADE_BY = "# Made by `python -m deploy.generate` from deploy/prometheus/rules.yaml.\n"


def prometheus_rule() -> str:
    manifest = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "mon-espace"},
        "spec": {"groups": yaml.safe_load(RULES.read_text())["groups"]},
    }
    return MADE_BY + yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=110)


def generated() -> dict[Path, str]:
    """{file: what it must hold}."""
    return {
        definitions.COMMITTED: definitions.text(definitions.build()),
        dashboard.COMMITTED: dashboard.text(),
        PROMETHEUS_RULE: prometheus_rule(),
    }


def main() -> int:
    for file, text in generated().items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        print(file.relative_to(HERE.parent))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
