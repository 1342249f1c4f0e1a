"""Rows that were kept and put in again, among very many."""

from types import SimpleNamespace
from uuid import UUID

from chassis.audit import order
from chassis.audit.order import Order

MINUTE = 60_000


def an_act(made, number=0, sequence=1):
    """Made then, in milliseconds."""
    return SimpleNamespace(act_id=UUID(int=(made << 80) + number), sequence=sequence)


def faults_of(acts):
    walk = Order()
    return [fault for act in acts for fault in walk.take_time(act)], walk


def test_ids_are_forgotten_after_ten_minutes_and_no_sooner(monkeypatch):
    monkeypatch.setattr(order, "RECENT", 10)
    acts = [an_act(1_000_000 + number * MINUTE, sequence=number) for number in range(100)]

    faults, walk = faults_of(acts)

    assert faults == []
    assert len(walk._recent) <= 20
    assert faults_of([*acts, acts[95]])[0] == ["act 95 was put in twice"]
    assert "act 80 is older" in faults_of([*acts, acts[80]])[0][0]


def test_many_within_ten_minutes_are_not_counted_again_at_each(monkeypatch):
    monkeypatch.setattr(order, "RECENT", 10)
    _, walk = faults_of([an_act(1_000_000, number) for number in range(1000)])

    assert walk._prune_at >= 1000


def test_a_clock_that_was_set_back_is_one_fault():
    ahead = an_act(1_000_000 + 60 * MINUTE, 1)
    after = [an_act(1_000_000 + number, number + 2) for number in range(5)]

    faults, _ = faults_of([ahead, *after])

    assert len(faults) == 1
