"""What is counted during an attack: in this process, or in those that run beside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import requests
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from deploy.embedded.ports import wait_until
from tests.support.processes import ServiceProcess


def counted(metric: str, *processes: ServiceProcess, **labels: str) -> float:
    """The sum over all that have these labels, whatever others they have."""
    if processes:
        exposed = [requests.get(f"{process.url}/metrics", timeout=10).text for process in processes]
        families = [family for text in exposed for family in text_string_to_metric_families(text)]
    else:
        families = list(REGISTRY.restricted_registry([metric]).collect())
    samples = (sample for family in families for sample in family.samples)
    return sum(sample.value for sample in samples if sample.name == metric and labels.items() <= sample.labels.items())


@contextmanager
def counts(number: int, metric: str, *processes: ServiceProcess, **labels: str) -> Iterator[None]:
    """What is done inside is counted so often, no more and no less. A process counts a request once it has answered."""
    before = counted(metric, *processes, **labels)
    yield
    wait_until(
        lambda: counted(metric, *processes, **labels) >= before + number,
        seconds=10,
        what=f"{number} more of {metric} {labels}",
    )
    assert counted(metric, *processes, **labels) == before + number
