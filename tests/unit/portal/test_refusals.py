"""Every refusal has a sentence that says what to do next."""

from __future__ import annotations

import importlib
import pkgutil

import pytest
from flask import Flask

import contracts
from contracts.delegation import TermTooLong
from contracts.dossiers import FileRefused, ProcedureClosed
from contracts.errors import InvalidRequest, Refusal
from services.portal.forms.spaces import RoleRequestForm
from services.portal.pages import refusals

for module in pkgutil.iter_modules(contracts.__path__):
    importlib.import_module(f"contracts.{module.name}")

# Of calls that only operators and other services make.
NOT_OF_THE_PORTAL = {"delivery_not_failed"}
CODES = sorted(
    code
    for code, refusal in Refusal.by_code.items()
    if refusal.__module__.startswith("contracts.") and code not in NOT_OF_THE_PORTAL
)


@pytest.mark.parametrize("code", [*CODES, "refused"])
def test_every_code_of_the_contracts_has_a_sentence(app: Flask, code: str) -> None:
    with app.test_request_context():
        sentence = refusals.sentence_of(Refusal.from_code(code, {}))

    assert sentence.endswith(".")
    assert code == "refused" or sentence != str(refusals.SENTENCES["refused"])


def test_no_sentence_is_for_a_code_that_does_not_exist() -> None:
    assert set(refusals.SENTENCES) - {"refused"} == set(CODES)


def test_a_code_of_a_newer_contract_has_a_sentence_too(app: Flask) -> None:
    with app.test_request_context():
        assert refusals.sentence_of(Refusal.from_code("of_tomorrow", {"a": 1})) == str(refusals.SENTENCES["refused"])


@pytest.mark.parametrize("reason", list(refusals.FILE_REASONS))
def test_a_refused_file_is_told_why(app: Flask, reason: str) -> None:
    with app.test_request_context():
        assert str(refusals.FILE_REASONS[reason]) in refusals.sentence_of(FileRefused(reason=reason))


def test_a_closed_procedure_is_told_when_it_opens(app: Flask) -> None:
    dates = {"opens_at": "2024-10-01T00:00:00+02:00", "closes_at": "2024-12-31T23:59:59+01:00"}
    with app.test_request_context():
        sentence = refusals.sentence_of(ProcedureClosed(**dates))

    assert "1er\u00a0octobre 2024" in sentence
    assert "31\u00a0décembre 2024 à\u00a023:59" in sentence


def test_what_is_wrong_with_a_field_is_told_at_the_field(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        form = RoleRequestForm()
        refusals.show_on(form, InvalidRequest(fields={"bce_number": ["the check digits do not match"]}))

        assert list(form.bce_number.errors) == [str(refusals.FIELDS["bce_number"])]
        assert form.form_errors == []


def test_what_is_of_no_field_is_told_above_the_form(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        form = RoleRequestForm()
        refusals.show_on(form, TermTooLong())

        assert form.form_errors == [str(refusals.SENTENCES["term_too_long"])]
