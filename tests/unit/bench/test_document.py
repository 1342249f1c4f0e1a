from bench import document, results
from bench.profile import summed
from bench.results import result

MET = result("rpc", "20 at a time", "calls/s", ours=1200, floor=2000)
MISSED = result("events", "highest rate", "events/s", ours=100, floor=1000, peers={"nameko": 50})
PROFILE = summed(
    "the listener",
    "\n".join(
        [
            "run (bench/green.py:3);_react (chassis/inbox/reactions.py:9);dumps (/lib/python3.11/json/__init__.py:9) 3",
            "run (bench/green.py:3);_react (chassis/inbox/reactions.py:12) 1",
        ]
    ),
)


def test_the_document_says_what_was_met_and_what_was_not():
    text = document.render([MET, MISSED], {})

    assert "1 of 2 figures meet their goals" in text
    assert "| rpc, 20 at a time | ≥ 55 % of floor | 0.6 × | – | yes |" in text
    assert "| events, highest rate | ≥ 60 % of floor | 0.1 × | – | **no** |" in text
    assert "| events, highest rate | ≥ 4 × nameko | 2 × | 20 × | **no** |" in text
    assert "**Not met:** highest rate." in text


def test_a_goal_missed_is_shown_with_its_profile():
    text = document.render([MISSED], {"events": {"profiles": [PROFILE.as_json()]}})

    assert "Where the time goes: the listener (4 samples)" in text
    assert "`json: dumps` | 75%" in text


def test_peers_have_a_column_each_with_their_ratio_to_ours():
    table = document.table([MISSED])

    assert "nameko (× ours)" in table
    assert "50 (0.500)" in table


def test_a_profile_counts_what_ran_itself_and_what_ours_called():
    assert PROFILE.packages == {"json": 0.75, "chassis/inbox/reactions.py": 0.25}
    assert PROFILE.below == {"chassis/inbox/reactions.py: _react": 1.0}


def test_results_of_a_benchmark_take_the_place_of_its_former_ones(tmp_path):
    path = tmp_path / "results.json"
    results.keep([MET, MISSED], path)

    again = result("rpc", "20 at a time", "calls/s", ours=1300, floor=2000)
    results.keep([again], path)

    assert results.load(path) == [again, MISSED]


def test_the_document_kept_is_that_of_the_results_kept():
    kept = document.DOCUMENT.read_text()

    assert kept == document.render(results.load(), results.load_circumstances())
