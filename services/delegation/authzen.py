"""The check over HTTP, as the OpenID AuthZEN Authorization API 1.0 has it: for policy enforcement points that are no
services on the bus. They bear a service statement with the scope ``delegation.check``.

A subject is a ``person`` by her id; an action a permission; a resource an ``enterprise`` by its BCE number, with the
properties ``procedure`` (its category in the catalogue) and ``establishment``, as of ``Delegation.check``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate
from werkzeug.wrappers import Request, Response

from chassis.doors import Tick
from chassis.http import problem
from contracts.delegation import CheckResult
from contracts.errors import InvalidRequest, Refusal, ScopeMissing, StatementMissing
from services.delegation import decisions, schemas
from services.delegation.domain.checks import MOST_QUESTIONS, Question

EVALUATION, EVALUATIONS = "/access/v1/evaluation", "/access/v1/evaluations"
SCOPE = "delegation.check"
LARGEST = 1 << 20  # bytes


class _Lenient(ma.Schema):
    class Meta:
        # The API grows by addition, and carries what other policies look at.
        unknown = ma.EXCLUDE


class _Subject(_Lenient):
    type = fields.String(required=True, validate=validate.Equal("person"))
    id = fields.UUID(required=True)


class _Action(_Lenient):
    name = fields.String(required=True)


class _Properties(_Lenient):
    procedure = schemas.Line(longest=200, allow_none=True, load_default=None)
    establishment = schemas.EstablishmentField(allow_none=True, load_default=None)


class _Resource(_Lenient):
    type = fields.String(required=True, validate=validate.Equal("enterprise"))
    id = schemas.BceField(required=True)
    properties = fields.Nested(_Properties, load_default=lambda: _Properties().load({}))


class _Evaluation(_Lenient):
    subject = fields.Nested(_Subject, required=True)
    action = fields.Nested(_Action, required=True)
    resource = fields.Nested(_Resource, required=True)

    @ma.post_load
    def make_question(self, given: dict[str, Any], **_: Any) -> Question:
        return Question.of(
            person_id=given["subject"]["id"],
            bce_number=given["resource"]["id"],
            permission=given["action"]["name"],
            **given["resource"]["properties"],
        )


# The decision after which nothing more is answered; None: all are.
_ENDS_AT = {"execute_all": None, "deny_on_first_deny": False, "permit_on_first_permit": True}


class _Options(_Lenient):
    evaluations_semantic = fields.String(load_default="execute_all", validate=validate.OneOf(_ENDS_AT))


class _Evaluations(_Lenient):
    evaluations = fields.List(
        fields.Nested(_Evaluation), required=True, validate=validate.Length(min=1, max=MOST_QUESTIONS)
    )
    options = fields.Nested(_Options, load_default=lambda: _Options().load({}))


def evaluate(tick: Tick, request: Request) -> Response:
    return _answer(tick, request, _evaluate)


def evaluate_many(tick: Tick, request: Request) -> Response:
    """All are looked up at once; the caller says whether the answers end at the first that is refused, or allowed."""
    return _answer(tick, request, _evaluate_many)


def _evaluate(tick: Tick, body: dict[str, Any]) -> dict[str, Any]:
    question = _load(_Evaluation(), body)
    return _decision(_check(tick, [question])[0])


def _evaluate_many(tick: Tick, body: dict[str, Any]) -> dict[str, Any]:
    listed = body.get("evaluations")
    if listed in (None, []):
        # Then it is one, as the API has it.
        return _evaluate(tick, body)
    # What stands beside the list is for those that do not say it themselves.
    defaults = {name: body[name] for name in ("subject", "action", "resource") if name in body}
    if isinstance(listed, list):
        listed = [defaults | each if isinstance(each, dict) else each for each in listed]
    asked = _load(_Evaluations(), body | {"evaluations": listed})
    answers = [_decision(result) for result in _check(tick, asked["evaluations"])]
    last = _ENDS_AT[asked["options"]["evaluations_semantic"]]
    upto = next((place for place, answer in enumerate(answers, 1) if answer["decision"] is last), None)
    return {"evaluations": answers[:upto]}


def _check(tick: Tick, questions: Sequence[Question]) -> list[CheckResult]:
    return decisions.check_many(tick.work, questions=questions, now=tick.now)


def _decision(result: CheckResult) -> dict[str, Any]:
    if not result.decision:
        return {"decision": False, "context": {"reason_admin": {"en": result.missing}}}
    holds_until = result.holds_until and result.holds_until.isoformat()
    return {"decision": True, "context": {"mandate_id": str(result.mandate_id), "holds_until": holds_until}}


def _answer(tick: Tick, request: Request, evaluating: Any) -> Response:
    try:
        _require_scope(tick, request)
        response = _json(evaluating(tick, _body(request)))
    except InvalidRequest as refusal:
        response = problem(refusal, 400)
    except ScopeMissing as refusal:
        response = problem(refusal, 403)
    request_id = request.headers.get("X-Request-ID")
    if request_id:
        response.headers["X-Request-ID"] = request_id
    response.headers["Cache-Control"] = "no-store"
    return response


def _require_scope(tick: Tick, request: Request) -> None:
    """Raises ScopeMissing, and StatementMissing for whatever is no statement of a service."""
    token = request.authorization.token if request.authorization else None
    if not token:
        raise StatementMissing(kind="service")
    try:
        caller = tick.runtime.verifier.verify("service", token, now=tick.now)
    except Refusal as untrue:
        raise StatementMissing(kind="service") from untrue
    if SCOPE not in caller.scopes:
        raise ScopeMissing(scope=SCOPE)


def _body(request: Request) -> dict[str, Any]:
    request.max_content_length = LARGEST
    try:
        body = json.loads(request.get_data())
    except ValueError as error:
        raise InvalidRequest(fields={"": ["a JSON object is expected"]}) from error
    if not isinstance(body, dict):
        raise InvalidRequest(fields={"": ["a JSON object is expected"]})
    return body


def _load(schema: ma.Schema, body: dict[str, Any]) -> Any:
    try:
        return schema.load(body)
    except ma.ValidationError as error:
        raise InvalidRequest(fields=error.messages_dict) from error


def _json(body: dict[str, Any]) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), content_type="application/json")
