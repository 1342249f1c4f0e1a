import pytest

from bench.goals import GOALS, Goal
from bench.results import result


@pytest.mark.parametrize(
    ("goal", "ours", "others", "met"),
    [
        (Goal(at_most=1.4), 1.4, {"floor": 1.0}, True),
        (Goal(at_most=1.4), 1.41, {"floor": 1.0}, False),
        (Goal(at_least=0.6), 600, {"floor": 1000}, True),
        (Goal(at_least=0.6), 599, {"floor": 1000}, False),
        (Goal(against="nameko", faster=4), 1.0, {"nameko": 4.0}, True),
        (Goal(against="nameko", faster=4), 1.0, {"nameko": 3.9}, False),
        (Goal(against="nameko", at_least=4), 400, {"nameko": 100}, True),
        (Goal(limit=10), 10.0, {}, True),
        (Goal(limit=10), 10.1, {}, False),
        (Goal(limit=0), 0, {}, True),
        (Goal(limit=0), 1, {}, False),
    ],
)
def test_a_goal_is_met_at_its_bound_and_not_beyond(goal, ours, others, met):
    assert goal.is_met(ours, others) is met


def test_what_was_not_measured_is_not_met():
    assert not Goal(at_most=1.4).is_met(1.0, {"floor": None})
    assert not Goal(against="nameko", faster=4).is_met(1.0, {"floor": 1.0})


def test_a_figure_meets_its_goals_only_when_it_meets_all_of_them():
    peers = {"nameko in-service": 4.0, "nameko standalone": 10.0, "FastStream": 3.0}

    both = result("rpc", "one at a time, p50", "ms", ours=1.0, floor=0.8, peers=peers)
    one_missed = result("rpc", "one at a time, p50", "ms", ours=1.0, floor=0.8, peers=peers | {"FastStream": 2.9})

    assert both.met is True
    assert one_missed.met is False
    assert both.goal == (
        "≤ 1.4 × floor; ≥ 4 × faster than nameko in-service; ≥ 10 × faster than nameko standalone; "
        "≥ 3 × faster than FastStream"
    )


def test_a_figure_is_judged_as_it_is_printed():
    shown = result("rpc", "20 at a time", "calls/s", ours=549.6, floor=1000.4)

    assert (shown.ours, shown.floor, shown.met) == (550, 1000, True)


def test_a_figure_without_a_goal_neither_meets_nor_misses_one():
    entry = result("rpc", "one at a time, p95", "ms", ours=1.0, floor=0.8)

    assert (entry.goal, entry.met) == (None, None)


def test_every_goal_says_what_it_asks():
    assert all(str(goal) for goals in GOALS.values() for goal in goals)
    assert str(Goal(at_least=0.55)) == "≥ 55 % of floor"
    assert str(Goal(against="nameko", at_least=4)) == "≥ 4 × nameko"
