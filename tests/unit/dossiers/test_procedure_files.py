"""Procedure files: what is wrong is told with file, line and reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.dossiers.domain.procedure import Procedure
from services.dossiers.publish import ProceduresWrong, read_directory, read_procedure
from services.dossiers.publish.publishing import SHIPPED

GOOD = """\
title: Demande
summary: Une demande
audiences: [citizen]
category: general
opens_at: 2024-01-01T00:00
minimum_level: 100
sections:
  - name: first
    title: Première
    fields:
      - {name: kind, type: choice, label: Sorte, choices: [a, b]}
      - {name: detail, type: text, label: Détail}
outcomes:
  - {value: granted, label: Accordé}
"""


def read(directory: Path, text: str, name: str = "demande.yaml") -> Procedure:
    path = directory / name
    path.write_text(text)
    return read_procedure(path)


def faults(directory: Path, text: str, name: str = "demande.yaml") -> list[str]:
    """Without the directory."""
    with pytest.raises(ProceduresWrong) as wrong:
        read(directory, text, name)
    return [fault.removeprefix(f"{directory}/") for fault in wrong.value.faults]


def with_field(line: str) -> str:
    return GOOD.replace("      - {name: detail, type: text, label: Détail}", f"      - {line}")


def test_what_is_shipped_is_right() -> None:
    assert [each.slug for each in read_directory(SHIPPED)] == [
        "contester-precompte-immobilier",
        "prime-investissement",
        "reclamation-elections-locales-2024",
    ]


def test_a_good_file_is_read(tmp_path: Path) -> None:
    procedure = read(tmp_path, GOOD)

    assert (procedure.slug, procedure.title) == ("demande", {"fr": "Demande"})
    assert procedure.opens_at.isoformat() == "2024-01-01T00:00:00+01:00"
    assert [choice.value for choice in procedure.sections[0].fields[0].choices or []] == ["a", "b"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{name: Détail, type: text, label: x}", "name: must be made of lower case letters, digits and underscores"),
        ("{name: kind, type: text, label: x}", "name: the name kind is given a second time"),
        ("{name: all, type: text, label: x}", "name: all has a meaning of its own in conditions"),
        ("{name: x, type: texte, label: x}", "type: Must be one of:"),
        ("{name: x, type: text}", "label: is required"),
        ("{name: x, type: text, label: {de: Ja}}", "label: must be there in French (fr)"),
        ("{name: x, type: text, label: {fr: Oui, xx: y}}", "label: xx is none of fr, de, nl, en"),
        ("{name: x, type: text, label: x, colour: red}", "colour: there is no such key"),
        ("{name: x, type: text, label: x, min: 3}", "min: a text has no min"),
        ("{name: x, type: text, label: x, pattern: '['}", "pattern: not a regular expression"),
        ("{name: x, type: text, label: x, required: yes}", "required: Not a valid boolean."),
        ("{name: x, type: number, label: x, min: 5, max: 3}", "max: is less than min"),
        ("{name: x, type: number, label: x, min: many}", "min: many is no number"),
        ("{name: x, type: number, label: x, max: today}", "max: today is no number"),
        ("{name: x, type: date, label: x, max: 13/10/2024}", "max: 13/10/2024 is no date"),
        ("{name: x, type: choice, label: x}", "a choice needs choices"),
        ("{name: x, type: choice, label: x, choices: [a, a]}", "choices.1.value: the value a is given a second time"),
        ("{name: x, type: choice, label: x, choices: [{value: a}]}", "choices.0.label: is required"),
        ("{name: x, type: choice, label: x, choices: {table: t, by: kind}}", "choices: there is no table t"),
        ("{name: x, type: group, label: x}", "a group needs fields"),
        (
            "{name: x, type: group, label: x, fields: [{name: y, type: group, label: y, fields: []}]}",
            "fields.0.type: a group holds no group",
        ),
        (
            "{name: x, type: group, label: x, fields: [{name: y, type: text, label: y, when: {kind: a}}]}",
            "fields.0.when: a field of a group has no when",
        ),
        ("{name: x, type: text, label: x, when: {later: a}}", "when: no field later stands before"),
        ("{name: x, type: text, label: x, when: {kind: c}}", "when: c is no choice of kind"),
        ("{name: x, type: text, label: x, when: {kind: true}}", "when: kind is compared with texts"),
        ("{name: x, type: text, label: x, when: {kind: 3}}", "when: kind is compared with texts (in quotes"),
        ("{name: x, type: text, label: x, when: kind}", "when: must be a condition such as {election: communal}"),
        ("{name: x, type: text, label: x, when: {any: a}}", "when: any must be a list of conditions"),
        ("{name: x, type: text, label: x, prefill: person.shoe_size}", "prefill: Must be one of:"),
        ("{name: x, type: date, label: x, prefill: person.surname}", "prefill: a date cannot be prefilled"),
        ("{name: x, type: text, label: x, prefill: enterprise.name}", "prefill: an enterprise is known only where"),
        ("{name: x, type: text, label: x, locked: true}", "locked: a locked field needs a prefill"),
        ("{name: x, type: text, label: x, locked: maybe}", "locked: must be true, false or when_known"),
    ],
)
def test_a_wrong_field_is_told_with_file_line_and_reason(tmp_path: Path, line: str, fault: str) -> None:
    (told,) = faults(tmp_path, with_field(line))

    assert told.startswith("demande.yaml:12: sections.0.fields.1")
    assert fault in told


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("title: Demande", "titel: Demande", ":1: titel: there is no such key"),
        ("audiences: [citizen]", "audiences: [everybody]", ":3: audiences: "),
        ("audiences: [citizen]", "audiences: []", ":3: audiences: "),
        ("category: general", "category: Général", ":4: category: must be made of lower case letters"),
        ("2024-01-01T00:00", "the first of January", ":5: opens_at: must be an instant such as"),
        ("minimum_level: 100", "minimum_level: 101", ":6: minimum_level: "),
        ("minimum_level: 100", "minimum_level: '100'", ":6: minimum_level: "),
        ("minimum_level: 100", "minimum_level: 100\nsubmission_level: 301", ":7: submission_level: "),
        ("minimum_level: 100", "minimum_level: 200\nsubmission_level: 100", ":7: submission_level: is lower than"),
        ("outcomes:\n", "outcomes: []\nold_outcomes:\n", ":13: outcomes: must hold an outcome"),
        ("summary: Une demande", "summary: ''", ":2: summary: the text in fr must be a text and not empty"),
        (
            "    title: Première\n",
            "    title: Première\n    title: Seconde\n",
            ":10: the key title stands here a second",
        ),
        ("    fields:\n", "   fields:\n", ":10: "),
        ("category: general", "category: general\ncloses_at: 2023-01-01T00:00", ":5: closes_at: is not after opens_at"),
        (
            "outcomes:",
            "attachments:\n  - {heading: declaration, label: x}\noutcomes:",
            ":14: attachments.0.heading: declaration has a meaning of its own",
        ),
        (
            "outcomes:",
            "attachments:\n  - heading: proof\n    label: x\n    max_size: 51 MB\noutcomes:",
            ":16: attachments.0.max_size: must be a size such as",
        ),
        (
            "outcomes:",
            "term:\n  days: 8\n  begins_on: 13 octobre\noutcomes:",
            ":15: term.begins_on: must be a date such as 2024-10-13",
        ),
        ("outcomes:", "tables:\n  unused:\n    a: [b]\noutcomes:", ":14: tables.unused: no field uses this table"),
    ],
)
def test_a_wrong_procedure_is_told_with_file_line_and_reason(tmp_path: Path, old: str, new: str, fault: str) -> None:
    told = faults(tmp_path, GOOD.replace(old, new))

    assert any(each.startswith(f"demande.yaml{fault}") for each in told), told


def test_all_faults_are_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    told = faults(tmp_path, GOOD.replace("minimum_level: 100", "minimum_level: 1").replace("type: text", "type: txt"))

    assert [fault.split(":")[1] for fault in told] == ["6", "12"]


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words\n"])
def test_a_file_that_is_no_procedure_says_so(tmp_path: Path, text: str) -> None:
    assert all(fault.startswith("demande.yaml:1: ") for fault in faults(tmp_path, text))


def test_the_name_of_the_file_is_checked(tmp_path: Path) -> None:
    assert faults(tmp_path, GOOD, "Ma Demande.yaml") == [
        "Ma Demande.yaml:1: the file's name must be made of lower case letters, digits and dashes"
    ]


def test_faults_of_all_files_are_told(tmp_path: Path) -> None:
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text(GOOD.replace("minimum_level: 100", "minimum_level: 1"))

    with pytest.raises(ProceduresWrong) as wrong:
        read_directory(tmp_path)

    assert [Path(fault.split(":")[0]).name for fault in wrong.value.faults] == ["one.yaml", "two.yaml"]


def test_a_directory_without_procedures_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ProceduresWrong):
        read_directory(tmp_path)


def test_words_that_yaml_often_guesses_at_are_texts(tmp_path: Path) -> None:
    procedure = read(tmp_path, GOOD.replace("choices: [a, b]", "choices: [yes, no, 2024-10-13]"))

    assert [choice.value for choice in procedure.sections[0].fields[0].choices or []] == ["yes", "no", "2024-10-13"]


def test_a_table_becomes_choices_with_conditions(tmp_path: Path) -> None:
    table = 'tables:\n  lists:\n    a: [one]\n    "*": [other]\n'
    procedure = read(
        tmp_path, with_field("{name: x, type: choice, label: x, choices: {table: lists, by: kind}}") + table
    )

    one, other = procedure.sections[0].fields[1].choices or []
    assert one.when is not None
    assert one.when.as_json() == {"field": "kind", "equals": ["a"]}
    assert other.when is not None
    assert other.when.as_json() == {"none": [{"field": "kind", "equals": ["a"]}]}
