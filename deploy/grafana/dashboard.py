"""Grafana's dashboard: a row for each service, with the same panels, and those of its own business."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMMITTED = Path(__file__).with_name("mon-espace.json")
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
WIDTH, HEIGHT, ACROSS = 8, 7, 24


@dataclass(frozen=True, kw_only=True)
class Panel:
    """``queries``: {legend: PromQL}. ``unit``: one of Grafana's."""

    title: str
    queries: dict[str, str]
    unit: str = "short"
    kind: str = "timeseries"


def _served(service: str) -> list[Panel]:
    """RED of the doors on the bus."""
    of = f'service="{service}"'
    requests = "rpc_server_requests_total"
    failed = f'sum(rate({requests}{{{of},outcome="internal_error"}}[5m]))'
    return [
        Panel(
            title="Requests by outcome",
            queries={"{{outcome}}": f"sum by (outcome) (rate({requests}{{{of}}}[5m]))"},
            unit="reqps",
        ),
        Panel(
            title="Failed by our fault",
            queries={"share": f"{failed} / sum(rate({requests}{{{of}}}[5m]))"},
            unit="percentunit",
        ),
        _quantiles("Time to answer", f"rpc_server_duration_seconds_bucket{{{of}}}"),
    ]


def _event_flow(service: str) -> list[Panel]:
    of = f'{{service="{service}"}}'
    return [
        Panel(
            title="Outbox",
            queries={
                "waiting to leave": f"max(outbox_pending_events{of})",
                "age of the oldest, seconds": f"max(outbox_oldest_pending_seconds{of})",
                "sent per second": f"sum(rate(outbox_sent_total{of}[5m]))",
            },
        ),
        Panel(
            title="Inbox",
            queries={
                "waiting": f"max(inbox_waiting_events{of})",
                "age of the oldest, seconds": f"max(inbox_oldest_seconds{of})",
                "{{outcome}} per second": f"sum by (outcome) (rate(inbox_reactions_total{of}[5m]))",
            },
        ),
        Panel(
            title="Parked and malformed",
            queries={
                "parked": f"max(inbox_parked_events{of})",
                "malformed, in an hour": f"sum(increase(inbox_malformed_total{of}[1h]))",
            },
            kind="stat",
        ),
    ]


def _quantiles(title: str, buckets: str) -> Panel:
    return Panel(
        title=title,
        queries={
            name: f"histogram_quantile({share}, sum by (le) (rate({buckets}[5m])))"
            for name, share in (("half", 0.5), ("95 in 100", 0.95), ("99 in 100", 0.99))
        },
        unit="s",
    )


def _per_hour(title: str, metric: str, label: str) -> Panel:
    return Panel(title=title, queries={f"{{{{{label}}}}}": f"sum by ({label}) (increase({metric}[1h]))"})


ROWS: dict[str, list[Panel]] = {
    "identity": [
        *_served("identity"),
        *_event_flow("identity"),
        _per_hour("Sign-ins in an hour", "identity_sign_ins_total", "outcome"),
        _per_hour("CSAM's faults in an hour", "identity_provider_errors_total", "kind"),
        _per_hour("National Register in an hour", "identity_register_reads_total", "outcome"),
    ],
    "delegation": [
        *_served("delegation"),
        *_event_flow("delegation"),
        _per_hour("Role requests in an hour", "delegation_role_requests_total", "outcome"),
        _per_hour("Mandates in an hour", "delegation_mandates_total", "change"),
        _per_hour("Checks in an hour", "delegation_checks_total", "decision"),
    ],
    "dossiers": [
        *_served("dossiers"),
        *_event_flow("dossiers"),
        _per_hour("Dossiers submitted in an hour", "dossiers_submitted_total", "procedure"),
        _per_hour("Files in an hour", "dossiers_files_total", "outcome"),
        _quantiles("Time to typeset a declaration", "dossiers_declaration_seconds_bucket"),
    ],
    "notifications": [
        *_served("notifications"),
        *_event_flow("notifications"),
        _per_hour("Mails in an hour", "notifications_mails_total", "outcome"),
        Panel(title="Mails not delivered", queries={"{{state}}": "max by (state) (notifications_pending_mails)"}),
        Panel(
            title="The mail due longest",
            queries={"late by": "max(notifications_oldest_due_mail_seconds)"},
            unit="s",
            kind="stat",
        ),
    ],
    "portal": [
        Panel(
            title="Pages by status",
            queries={"{{status}}": "sum by (status) (rate(portal_pages_total[5m]))"},
            unit="reqps",
        ),
        Panel(
            title="Pages that failed",
            queries={
                "share": 'sum(rate(portal_pages_total{status=~"5.."}[5m])) / sum(rate(portal_pages_total[5m]))',
            },
            unit="percentunit",
        ),
        _quantiles("Time to answer a page", "portal_page_seconds_bucket"),
    ],
}


def build() -> dict[str, Any]:
    panels: list[dict[str, Any]] = []
    y = 0
    for service, row in ROWS.items():
        panels.append(
            _placed({"type": "row", "title": service, "collapsed": False, "panels": []}, panels, 0, y, ACROSS, 1)
        )
        y += 1
        for index, panel in enumerate(row):
            x = index * WIDTH % ACROSS
            panels.append(_placed(_shown(panel), panels, x, y + index * WIDTH // ACROSS * HEIGHT, WIDTH, HEIGHT))
        y += -(-len(row) * WIDTH // ACROSS) * HEIGHT
    return {
        "uid": "mon-espace",
        "title": "Mon Espace",
        "tags": ["mon-espace"],
        "timezone": "Europe/Brussels",
        "schemaVersion": 39,
        "editable": True,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {
            "list": [{"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Source"}]
        },
        "panels": panels,
    }


def _placed(panel: dict[str, Any], before: list[Any], x: int, y: int, width: int, height: int) -> dict[str, Any]:
    return {"id": len(before) + 1, "gridPos": {"x": x, "y": y, "w": width, "h": height}, **panel}


def _shown(panel: Panel) -> dict[str, Any]:
    targets = [
        {"refId": chr(ord("A") + index), "datasource": DATASOURCE, "expr": query, "legendFormat": legend}
        for index, (legend, query) in enumerate(panel.queries.items())
    ]
    return {
        "type": panel.kind,
        "title": panel.title,
        "datasource": DATASOURCE,
        "targets": targets,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "options": {},
    }


def text() -> str:
    return json.dumps(build(), indent=2, ensure_ascii=False) + "\n"
