"""Files of open data: what is read of them, and what is refused in one sentence."""

from __future__ import annotations

import pytest

from services.delegation.domain.register import Part
from services.delegation.kbo.errors import BadMeta, BadRow, KboError, MissingColumn, MissingFile
from services.delegation.kbo.extracts import read_extract
from services.delegation.kbo.files import labels, staged_rows
from tests.support import kbo

FIRM = kbo.a_firm(4030192, "Ateliers du Hainaut", units=(kbo.Unit(number=kbo.number(20_000_003), name="Mons"),))
NUMBER, UNIT = kbo.plain(FIRM.number), kbo.plain(FIRM.units[0].number)


@pytest.fixture
def directory(tmp_path):
    return kbo.full(tmp_path, [FIRM], extract=140)


def rows(directory):
    return list(staged_rows(directory, read_extract(directory)))


def replace_in(file, old, new):
    content = file.read_text()
    assert old in content
    file.write_text(content.replace(old, new))


def test_a_full_set_is_read_part_by_part(directory):
    extract = read_extract(directory)

    assert (extract.number, extract.kind, extract.shows) == (140, "full", kbo.shown_by(140))
    seat = {"zipcode": "7000", "municipality_fr": "Mons", "municipality_nl": "Bergen", "street_fr": "Grand-Place"}
    seat |= {"street_nl": "Grand-Place", "house_number": "1"}
    assert rows(directory) == [
        (NUMBER, Part.ENTERPRISE, ["610", "1960-08-09"]),
        (UNIT, Part.ESTABLISHMENT, [NUMBER, "1974-11-01"]),
        (NUMBER, Part.DENOMINATION, ["name", "fr", "Ateliers du Hainaut"]),
        (UNIT, Part.DENOMINATION, ["commercial", "fr", "Mons"]),
        (NUMBER, Part.ADDRESS, seat),
        (
            UNIT,
            Part.ADDRESS,
            seat | {"street_fr": "Rue de la Station", "street_nl": "Rue de la Station", "house_number": "7"},
        ),
        (NUMBER, Part.ACTIVITY, [0, "2008", "47110"]),
    ]


def test_an_update_says_what_is_no_more_before_what_is(tmp_path):
    directory = kbo.update(tmp_path, [FIRM], [kbo.a_firm(4030192, "Ateliers du Borinage")], extract=141)

    assert read_extract(directory).kind == "update"
    assert rows(directory) == [
        (UNIT, Part.ESTABLISHMENT, None),
        (NUMBER, Part.DENOMINATION, None),
        (UNIT, Part.DENOMINATION, None),
        (NUMBER, Part.DENOMINATION, ["name", "fr", "Ateliers du Borinage"]),
        (UNIT, Part.ADDRESS, None),
    ]


def test_branches_and_addresses_that_were_struck_off_are_left_out(directory):
    with (directory / "denomination.csv").open("a") as file:
        file.write('"9.000.006.626","1","004","Filiale"\n')
    replace_in(directory / "address.csv", '"1","","",""', '"1","","","01-02-2020"')

    told = rows(directory)
    assert {entity for entity, _, _ in told} == {NUMBER, UNIT}
    assert [entity for entity, part, _ in told if part == Part.ADDRESS] == [UNIT]


def test_columns_may_stand_in_another_order_and_others_beside_them(directory):
    (directory / "enterprise.csv").write_text(
        f'"StartDate","Neu","JuridicalForm","Status","EnterpriseNumber"\n"","?","","AC","{FIRM.number}"\n'
    )

    assert rows(directory)[0] == (NUMBER, Part.ENTERPRISE, [None, None])


def test_signs_that_turn_a_line_round_are_left_out(directory):
    replace_in(
        directory / "denomination.csv", "Ateliers du Hainaut", "\u202eAteliers\u2066 du\u2069 Hain\u200baut\u202c"
    )
    replace_in(directory / "address.csv", "Grand-Place", "Grand-\u200fPlace")

    told = {(entity, part): row for entity, part, row in rows(directory)}

    assert told[NUMBER, Part.DENOMINATION] == ["name", "fr", "Ateliers du Hainaut"]
    assert told[NUMBER, Part.ADDRESS]["street_fr"] == "Grand-Place"


def test_codes_that_we_show_have_their_labels(directory):
    told = {(label["category"], label["code"], label["language"]): label["label"] for label in labels(directory)}

    assert told["JuridicalForm", "610", "fr"] == "Société à responsabilité limitée"
    assert not [category for category, _, _ in told if category == "Status"]


@pytest.mark.parametrize("file", ["meta", "enterprise", "establishment", "denomination", "address", "activity"])
def test_a_file_that_is_missing_is_named(directory, file):
    (directory / f"{file}.csv").unlink()

    with pytest.raises(MissingFile, match=rf"{file}\.csv is missing"):
        rows(directory)


@pytest.mark.parametrize(
    ("column", "file"),
    [("Status", "enterprise"), ("Zipcode", "address"), ("EnterpriseNumber", "establishment"), ("Value", "meta")],
)
def test_a_column_that_is_missing_is_named(directory, column, file):
    replace_in(directory / f"{file}.csv", f'"{column}"', '"Other"')

    with pytest.raises(MissingColumn, match=rf"{file}\.csv: the column {column} is missing"):
        rows(directory)


@pytest.mark.parametrize(
    ("file", "old", "new", "why"),
    [
        ("enterprise", FIRM.number, "0403.019.262", "check digits of 0403.019.262"),
        ("enterprise", FIRM.number, "0403.019.26", "'0403.019.26' is no number of ten digits"),
        ("enterprise", FIRM.number, "0403.019.26١", "no number of ten digits"),
        ("enterprise", FIRM.number, FIRM.units[0].number, "is no number of an enterprise"),
        ("enterprise", '"AC"', '"ST"', "the status 'ST' is unknown"),
        ("enterprise", "09-08-1960", "31-02-1960", "'31-02-1960' is no date"),
        ("enterprise", "09-08-1960", "1960-08-09", "'1960-08-09' is no date"),
        ("enterprise", '"AC",', "", "7 values are expected, not 6"),
        ("establishment", FIRM.units[0].number, FIRM.number, "is no number of an establishment"),
        ("establishment", FIRM.number, FIRM.units[0].number, "is no number of an enterprise"),
        ("denomination", "Ateliers", "Atel\x01iers", "control characters"),
        ("denomination", "Ateliers", "A" * 1001, "longer than 1000 characters"),
        ("denomination", "Ateliers", "A" * 10_001, "cannot be read"),
        ("denomination", 'Hainaut"', "Hainaut", "cannot be read|values are expected"),
        ("activity", '"2008"', '"deux"', "'deux' is no year"),
        ("activity", FIRM.number, "4711", "no number of ten digits"),
    ],
)
def test_a_row_that_cannot_be_believed_is_named(directory, file, old, new, why):
    replace_in(directory / f"{file}.csv", old, new)

    with pytest.raises(BadRow, match=rf"^{file}\.csv, line \d+: .*({why})"):
        rows(directory)


def test_bytes_that_are_no_text_are_named(directory):
    content = (directory / "denomination.csv").read_bytes()
    (directory / "denomination.csv").write_bytes(content.replace(b"Ateliers", b"\xe9teliers"))

    with pytest.raises(BadRow, match=r"denomination\.csv, line \d: it cannot be read"):
        rows(directory)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"ExtractNumber": "x"}, "ExtractNumber is no number: 'x'"),
        ({"ExtractType": "partial"}, "ExtractType is neither full nor update: 'partial'"),
        ({"SnapshotDate": "2024-10-05"}, "SnapshotDate is no date: '2024-10-05'"),
    ],
)
def test_a_meta_file_that_says_nothing_is_refused(directory, facts, why):
    told = {"SnapshotDate": "05-10-2024", "ExtractTimestamp": "", "ExtractType": "full", "ExtractNumber": "140"}
    kbo.meta(directory, **told | facts)
    with pytest.raises(BadMeta, match=why):
        read_extract(directory)

    kbo.meta(directory, **{name: value for name, value in told.items() if name not in facts})
    with pytest.raises(KboError, match=f"does not say {next(iter(facts))}"):
        read_extract(directory)
