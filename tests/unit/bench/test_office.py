from collections import Counter

from bench.command.office import ASKED_BY_ONE, ENTERPRISES, PEOPLE, asking
from contracts.identifiers import BceNumber
from services.delegation import limits


def test_every_request_is_for_another_enterprise_with_a_right_number():
    ask = asking(range(PEOPLE))

    told = [ask() for _ in range(ENTERPRISES)]
    asked = [arguments for _, arguments in told]

    assert len({BceNumber.parse(each["bce_number"]) for each in asked}) == ENTERPRISES
    assert len({each["command_id"] for each in asked}) == ENTERPRISES


def test_nobody_asks_more_often_than_one_person_may():
    ask = asking(range(PEOPLE))

    asked = Counter(person for person, _ in (ask() for _ in range(ENTERPRISES)))

    assert max(asked.values()) == ASKED_BY_ONE == limits.ROLE_REQUESTS.most
