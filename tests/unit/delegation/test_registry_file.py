"""Files of CSAM's registry: what is taken, and what is told of those that are not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from services.delegation.registry_file import FileInvalid, read
from tests.cast import AMELIE, ATELIERS, BERNARD

HEADER = "bce_number,national_number,email,language,state"
GOOD = {
    "bce_number": ATELIERS.bce_number,
    "national_number": BERNARD.national_number,
    "email": "bernard@example.org",
    "language": "fr",
    "state": "designated",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "designations"


def line(**differently: Any) -> str:
    return ",".join(str(value) for value in (GOOD | differently).values())


def faults(file: Path) -> list[str]:
    with pytest.raises(FileInvalid) as refused:
        read(file)
    return refused.value.faults


def test_csv_and_json_say_the_same(file: Path) -> None:
    withdrawn = GOOD | {"state": "withdrawn", "national_number": AMELIE.national_number}
    file.write_text(f"{HEADER}\n{line()}\n{line(**withdrawn)}\n")
    assert read(file) == [GOOD | {"number": 2}, withdrawn | {"number": 3}]

    file.write_text(json.dumps([GOOD, withdrawn]))
    assert read(file) == [GOOD | {"number": 1}, withdrawn | {"number": 2}]


def test_nobody_is_named_twice_for_one_enterprise(file: Path) -> None:
    file.write_text(f"{HEADER}\n{line()}\n{line(state='withdrawn')}\n")

    assert faults(file) == ["1 people are named more than once for the same enterprise"]


def test_numbers_may_be_written_as_people_write_them(file: Path) -> None:
    number = f"{BERNARD.national_number[:6]}-{BERNARD.national_number[6:9]}.{BERNARD.national_number[9:]}"
    file.write_text(f"{HEADER}\n{line(bce_number='BE 0403.019.261', national_number=number)}\n")

    assert read(file) == [GOOD | {"number": 2}]


def test_what_may_be_left_out(file: Path) -> None:
    file.write_text(f"\ufeff{HEADER}\r\n{line(email='', state='')}\r\n")

    assert read(file) == [GOOD | {"email": None, "number": 2}]


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        ({"bce_number": "0403019262"}, "bce_number"),
        ({"bce_number": ""}, "bce_number"),
        ({"national_number": "85073100100"}, "national_number"),
        ({"national_number": ""}, "national_number"),
        ({"email": "nobody"}, "email"),
        ({"language": "it"}, "language"),
        ({"state": "gone"}, "state"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_one_wrong_value_and_nothing_is_told(file: Path, wrong: dict[str, str], column: str) -> None:
    file.write_text(f"{HEADER}\n{line(national_number=AMELIE.national_number)}\n{line(**wrong)}\n")

    (fault,) = faults(file)
    assert fault.startswith(f"line 3: {column}: ")
    assert all(value not in fault for value in wrong.values() if len(value) > 4)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "the column bce_number is missing (commas separate them)"),
        (
            "bce_number,email,language\n0403019261,,fr\n",
            "the column national_number is missing (commas separate them)",
        ),
        ('{"bce_number": "0403019261"}', "a list is expected"),
        ("[1]", "line 1: _schema: Invalid input type."),
        ("[" * 100_000, "neither CSV nor JSON: RecursionError"),
        ('[{"bce_number": ', "neither CSV nor JSON: JSONDecodeError"),
        (f'{HEADER}\n"{ATELIERS.bce_number}"x,,\n', "neither CSV nor JSON: Error"),
        (f"{HEADER}\n{line(language='it')},more\n", "line 2: None: Unknown field."),
    ],
    ids=["nothing", "no number", "no list", "no object", "deep", "cut off", "no CSV", "too many values"],
)
def test_what_is_no_such_file(file: Path, text: str, fault: str) -> None:
    file.write_text(text)

    assert fault in faults(file)


def test_what_is_no_text(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00\xd8")

    assert faults(file) == ["neither CSV nor JSON: UnicodeDecodeError"]
