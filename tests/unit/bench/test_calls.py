from bench import calls


def told(one, per_second):
    return {"one": one, "many": {"ms": [value * 20 for value in one], "per_second": per_second}}


def test_calls_are_told_by_their_times_and_their_rates():
    rows = calls.rows(
        "command", {"ours": [told([2.0, 2.0], 600)], "floor": [told([1.0, 1.0], 1000)], "nameko": [told([8.0], 100)]}
    )

    by_case = {row.case: row for row in rows}
    assert (by_case["one at a time, p50"].ours, by_case["one at a time, p50"].floor) == (2.0, 1.0)
    assert (by_case["one at a time"].ours, by_case["one at a time"].unit) == (500, "calls/s")
    assert by_case["20 at a time"].met is True
    assert by_case["one at a time"].met is False
    assert by_case["20 at a time, p99"].peers == {"nameko": 160}


def test_who_calls_one_at_a_time_only_has_no_figure_for_many():
    rows = calls.rows("rpc", {"ours": [told([1.0], 10)], "floor": [told([1.0], 10)], "nameko": [{"one": [9.0]}]})

    assert {row.case for row in rows if row.peers} == {
        *(f"one at a time, p{percent}" for percent in (50, 95, 99)),
        "one at a time",
    }


def test_the_middle_of_the_rounds_counts():
    rounds = [told([1.0], 10), told([50.0], 1), told([2.0], 9)]

    rows = calls.rows("rpc", {"ours": rounds, "floor": [told([1.0], 10)]})

    assert {row.case: row.ours for row in rows}["20 at a time"] == 9
    assert {row.case: row.ours for row in rows}["one at a time, p50"] == 2.0
