"""Forms: what applies, what is saved, what is wrong, what is shown."""

from __future__ import annotations

import json

from services.dossiers.domain.form import Form
from tests.unit.dossiers.builders import (
    TODAY,
    a_choice,
    a_draft,
    a_field,
    a_form,
    a_person,
    a_procedure,
    is_,
    text,
    the_election,
    the_grant,
)

OTHER = a_field("detail", required=True, when=is_("kind", "other"))
KIND = a_field("kind", type="choice", required=True, choices=[a_choice("same"), a_choice("other")])


def test_a_field_that_does_not_apply_is_neither_asked_nor_filed() -> None:
    form = a_form(KIND, OTHER, answers={"kind": "same", "detail": "left from before"})

    assert form.errors(today=TODAY) == {}
    assert form.known == {"kind": "same"}


def test_a_field_that_applies_is_required() -> None:
    assert a_form(KIND, OTHER, answers={"kind": "other"}).errors(today=TODAY) == {"detail": ["required"]}


def test_a_field_that_does_not_apply_counts_as_unanswered_for_others() -> None:
    third = a_field("third", required=True, when=is_("detail", "x"))
    form = a_form(KIND, OTHER, third, answers={"kind": "same", "detail": "x"})

    assert "third" not in form.errors(today=TODAY)


def test_conditions_combine() -> None:
    box = a_field("box", type="checkbox")
    both = a_field("both", required=True, when={"all": [is_("kind", "other"), is_("box", True)]})
    either = a_field("either", required=True, when={"any": [is_("kind", "other"), is_("box", True)]})
    neither = a_field("neither", required=True, when={"none": [is_("kind", "other"), is_("box", True)]})

    def asked(**answers: object) -> set[str]:
        return a_form(KIND, box, both, either, neither, answers=answers).errors(today=TODAY).keys() - {"kind"}

    assert asked(kind="other", box=True) == {"both", "either"}
    assert asked(kind="same", box=True) == {"either"}
    assert asked(kind="same", box=False) == {"neither"}
    assert asked() == {"neither"}


def test_an_unticked_box_equals_false() -> None:
    box = a_field("box", type="checkbox")
    form = a_form(box, a_field("why", required=True, when=is_("box", False)))

    assert form.errors(today=TODAY) == {"why": ["required"]}


def test_a_whole_section_may_not_apply() -> None:
    procedure = a_procedure(
        sections=[
            {"name": "first", "title": text("1"), "fields": [KIND]},
            {
                "name": "second",
                "title": text("2"),
                "when": is_("kind", "other"),
                "fields": [a_field("x", required=True)],
            },
        ]
    )

    assert Form(procedure, {"kind": "same", "x": "y"}, {}).known == {"kind": "same"}
    assert Form(procedure, {"kind": "other"}, {}).errors(today=TODAY) == {"x": ["required"]}


def test_what_is_saved_is_saved_even_where_it_is_wrong() -> None:
    answers, errors = a_form(KIND, a_field("amount", type="number")).save(
        {"kind": "elsewhere", "amount": "beaucoup"}, today=TODAY
    )

    assert answers == {"kind": "elsewhere", "amount": "beaucoup"}
    assert errors == {"kind": ["not_a_choice"], "amount": ["not_a_number"]}


def test_saving_a_part_keeps_the_rest_and_tells_only_of_the_part() -> None:
    form = a_form(KIND, a_field("subject", required=True), answers={"kind": "same"})

    assert form.save({"subject": "Bonjour"}, today=TODAY) == ({"kind": "same", "subject": "Bonjour"}, {})
    assert form.save({}, today=TODAY) == ({"kind": "same"}, {})


def test_nothing_given_empties_a_field() -> None:
    form = a_form(KIND, a_field("subject", required=True), answers={"kind": "same", "subject": "Bonjour"})

    assert form.save({"subject": ""}, today=TODAY) == ({"kind": "same"}, {"subject": ["required"]})


def test_what_applies_is_judged_with_all_that_was_given_at_once() -> None:
    assert a_form(KIND, OTHER).save({"detail": "", "kind": "other"}, today=TODAY)[1] == {"detail": ["required"]}
    assert a_form(KIND, OTHER).save({"detail": "", "kind": "same"}, today=TODAY)[1] == {}


def test_a_locked_field_is_not_changed() -> None:
    form = a_form(a_field("commune"), locked={"commune": "Namur"})

    assert form.save({"commune": "Liège"}, today=TODAY) == ({}, {"commune": ["locked"]})
    assert form.save({"commune": "Namur"}, today=TODAY) == ({}, {})
    assert form.answers == {"commune": "Namur"}


def test_a_field_that_is_not_in_the_form_is_not_taken() -> None:
    assert a_form().save({"intruder": "x"}, today=TODAY) == ({}, {"intruder": ["unknown_field"]})


def test_choices_depend_on_another_answer() -> None:
    district = a_field(
        "district",
        type="choice",
        choices=[a_choice("Dinant", when=is_("province", "Namur")), a_choice("Mons", when=is_("province", "Hainaut"))],
    )

    form = a_form(a_field("province"), district, answers={"province": "Hainaut", "district": "Dinant"})

    assert form.errors(today=TODAY) == {"district": ["not_a_choice"]}


def test_choices_that_depend_on_a_locked_field_are_resolved() -> None:
    shown = a_draft(the_election()).form.as_json(today=TODAY)
    fields = {field["name"]: field for section in shown["sections"] for field in section["fields"]}

    assert [each["value"] for each in fields["district"]["choices"]] == [
        "Andenne", "Ciney", "Dinant", "Gembloux", "Namur", "Philippeville",
    ]  # fmt: skip
    assert all(each["when"] is None for each in fields["district"]["choices"])


def test_choices_that_depend_on_an_open_field_come_with_their_condition() -> None:
    district = a_field("district", type="choice", choices=[a_choice("Dinant", when=is_("province", "Namur"))])
    (section,) = a_form(a_field("province"), district).as_json(today=TODAY)["sections"]

    assert section["fields"][1]["choices"] == [
        {
            "value": "Dinant",
            "label": {"fr": "Dinant"},
            "when": {"field": "province", "equals": ["Namur"]},
            "applies": False,
        }
    ]


def test_the_form_is_shown_with_locked_values_and_what_applies() -> None:
    draft = a_draft(the_election(), person=a_person())
    draft.save({"election": "communal"}, now=draft.created_at)
    shown = draft.form.as_json(today=TODAY)
    fields = {field["name"]: field for section in shown["sections"] for field in section["fields"]}

    assert (fields["commune"]["locked"], fields["commune"]["value"]) == (True, "Namur")
    assert (fields["province"]["locked"], fields["province"]["value"]) == (True, "Namur")
    assert fields["commune"]["applies"]
    assert not fields["province"]["applies"]
    assert fields["sworn_true"]["required"]
    assert shown["attachments"][0]["heading"] == "claim"
    assert shown["attachments"][0]["step"] == "submission"
    assert json.loads(json.dumps(shown)) == shown


def test_every_key_of_the_documentation_is_there() -> None:
    (section, *_) = a_form(a_field("a", type="group", fields=[a_field("b")])).as_json(today=TODAY)["sections"]

    assert set(section) == {"name", "title", "help", "when", "applies", "fields"}
    assert set(section["fields"][0]) == set(section["fields"][0]["fields"][0]) == {
        "name", "type", "label", "help", "required", "when", "applies", "locked", "value", "min_length", "max_length",
        "pattern", "pattern_help", "min", "max", "decimals", "unit", "choices", "display", "fields", "min_items",
        "max_items", "item_label",
    }  # fmt: skip


def test_today_is_resolved_in_the_form_that_is_shown() -> None:
    shown = Form(the_grant(), {}, {}).as_json(today=TODAY)
    fields = {field["name"]: field for section in shown["sections"] for field in section["fields"]}

    assert fields["starts_on"]["min"] == "2024-10-15"
    assert fields["amount"]["min"] == "1000"
