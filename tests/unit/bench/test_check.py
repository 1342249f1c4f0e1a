from typing import get_args

import pytest
import yaml

from bench.check import cerbos
from bench.check.measure import INSIDE, MANY, require_agreement
from contracts.delegation import Permission

RIGHT = "yyn"


def told(**otherwise):
    asked = [*INSIDE, "floor", "pycasbin", "pycasbin by key", "ours", MANY, "Cerbos"]
    return {name: [{"answers": otherwise.get(name, RIGHT)}] for name in asked}


def test_parties_that_agree_are_compared_though_one_answered_less():
    require_agreement(told(pycasbin="yy"))


@pytest.mark.parametrize("name", ["floor", "pycasbin", "pycasbin by key", "ours", MANY, "Cerbos"])
def test_a_party_that_decides_otherwise_is_not_compared(name):
    with pytest.raises(RuntimeError, match=name):
        require_agreement(told(**{name: "nyn"}))


def test_cerbos_is_given_a_rule_for_each_permission():
    (policy,) = yaml.safe_load_all((cerbos.HERE / "policies" / "enterprise.yaml").read_text())

    actions = [action for rule in policy["resourcePolicy"]["rules"] for action in rule["actions"]]
    assert sorted(actions) == sorted(get_args(Permission))
