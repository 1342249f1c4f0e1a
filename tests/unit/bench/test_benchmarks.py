"""What is measured, what was asked for and what is told belong together."""

import importlib

import pytest

from bench import calls, document
from bench.__main__ import _parser
from bench.check import measure as check
from bench.commits import Lapse
from bench.events import measure as events
from bench.goals import GOALS
from bench.growth import measure as growth
from bench.idle import measure as idle
from bench.import_ import measure as import_
from bench.results import NAMES, module_of
from bench.revocation import measure as revocation
from deploy.embedded.environment import SERVICES, WITH_DATABASE

CALLS = [{"one": [1.0], "many": {"ms": [1.0], "per_second": 10.0}}]
LAPSES = [{"highest": Lapse([1.0], 10.0), "steady": Lapse([1.0], 100.0)}]
GROWTH = [{"events": [1.0], "rate": 10.0, "relay": [1.0], "reactions": [1.0]}]
IDLE = [{service: dict.fromkeys(idle.KINDS, 1.0) for service in SERVICES}]

ASKED = [{"one": [1.0], "answers": "y"}]
PLANS = {(what, size): {"heap_fetches": 0} for what in check.SERVICES for size in (check.FEW, check.MANY)}

STEPS = dict.fromkeys(["small", "large", "again", "update"], 1.0)
TOOK = import_.Took(count=1, seconds=STEPS, peaks=STEPS, floor=1.0)


@pytest.fixture
def measured():
    """All figures, by their benchmark and case, of a run in which everybody was alike."""
    rows = [
        *calls.rows("rpc", dict.fromkeys(["ours", "floor", "nameko in-service", "nameko standalone"], CALLS)),
        *events.results_of(dict.fromkeys(["ours", "floor", "nameko"], LAPSES)),
        *calls.rows("command", dict.fromkeys(["ours", "floor", "nameko"], CALLS)),
        *idle.results_of(dict.fromkeys(["ours", "floor"], IDLE)),
        *growth.results_of(dict.fromkeys(["full", "empty"], GROWTH)),
        *import_.results_of(TOOK, [{kind: [1.0] for kind in import_.KINDS}]),
        *check.results_of(
            dict.fromkeys([*check.INSIDE, "floor", "pycasbin", "pycasbin by key"], ASKED),
            dict.fromkeys(["ours", check.MANY, "floor", "Cerbos"], CALLS),
            PLANS,
        ),
        *revocation.results_of([{"ms": {service: [1.0] for service in WITH_DATABASE}, "mandates_ms": [1.0]}]),
    ]
    return {(row.bench, row.case): row for row in rows}


def test_every_goal_is_judged_by_a_figure(measured):
    assert {key for key, row in measured.items() if row.goal} == set(GOALS)


def test_every_figure_is_in_the_document(measured):
    text = document.render(list(measured.values()), {})

    assert all(f"| {case} | {row.unit} |" in text for (_, case), row in measured.items())
    assert all(document.TITLES[name] in text for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_can_be_run_and_has_a_title(name):
    assert callable(importlib.import_module(module_of(name)).measure)
    assert name in document.TITLES


@pytest.mark.parametrize("named", [[], ["rpc"], ["events", "idle"]])
def test_those_that_are_named_are_measured_or_all(named):
    assert _parser().parse_args(named).names == named


def test_one_that_there_is_not_is_refused(capsys):
    with pytest.raises(SystemExit):
        _parser().parse_args(["rpcs"])
    assert "'rpcs' is none of rpc, events" in capsys.readouterr().err
