from bench.command.office import ENTERPRISES, asking
from contracts.identifiers import BceNumber


def test_every_request_is_for_another_enterprise_with_a_right_number():
    ask = asking()

    asked = [ask() for _ in range(ENTERPRISES)]

    assert len({BceNumber.parse(each["bce_number"]) for each in asked}) == ENTERPRISES
    assert len({each["command_id"] for each in asked}) == ENTERPRISES
