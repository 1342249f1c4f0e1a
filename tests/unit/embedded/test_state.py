"""What stays between runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.embedded.state import ROTATED_FROM, State, StateInUse


def test_it_belongs_to_one_at_a_time(tmp_path: Path) -> None:
    with State(tmp_path), pytest.raises(StateInUse, match="running already, as process"):
        State(tmp_path)


def test_after_an_orderly_end_nothing_is_left_to_wait_for(tmp_path: Path) -> None:
    with State(tmp_path):
        pass

    with State(tmp_path) as again:
        assert not again.was_killed


def test_a_run_that_was_killed_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("12345")

    with State(tmp_path) as state:
        assert state.was_killed


def test_forgetting_leaves_nothing(tmp_path: Path) -> None:
    with State(tmp_path) as state:
        (state.place("keys") / "secret").write_text("s")
        (tmp_path / "broker.sqlite").write_text("messages")
        state.forget()

    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


def test_a_log_that_grew_large_is_put_aside(tmp_path: Path) -> None:
    with State(tmp_path) as state:
        log = state.log_file("identity")
        log.write_text("x" * (ROTATED_FROM + 1))

        assert not state.log_file("identity").exists()
        assert (tmp_path / "log" / "identity.log.1").exists()
