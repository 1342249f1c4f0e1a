import pytest

from bench.figures import median_of_rounds, percentile, percentile_of_rounds, significant


def test_a_percentile_is_a_value_that_was_measured():
    values = [5.0, 1.0, 4.0, 2.0, 3.0]

    assert percentile(values, 50) == 3.0
    assert percentile(values, 95) == 5.0
    assert percentile([7.0], 99) == 7.0


def test_a_percentile_of_nothing_is_refused():
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 50)


def test_one_disturbed_round_of_three_counts_for_nothing():
    assert median_of_rounds([10.0, 900.0, 12.0]) == 12.0
    assert percentile_of_rounds([[1.0, 2.0, 3.0], [100.0, 200.0, 300.0], [2.0, 3.0, 4.0]], 50) == 3.0


@pytest.mark.parametrize(
    ("measured", "shown"), [(1.23456, 1.23), (0.012345, 0.0123), (123.456, 123), (1234.5, 1234), (0, 0), (99.96, 100)]
)
def test_figures_are_rounded_to_what_a_measurement_can_bear(measured, shown):
    assert significant(measured) == shown
