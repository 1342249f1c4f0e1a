"""Labels of metrics have few values."""

from __future__ import annotations

import pytest

from chassis.metrics import method_label


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD"])
def test_a_method_of_http_is_named(method):
    assert method_label(method) == method


@pytest.mark.parametrize("method", ["MADE-UP", "get", "", "X" * 5000])
def test_a_made_up_method_is_no_value_of_its_own(method):
    assert method_label(method) == "other"
