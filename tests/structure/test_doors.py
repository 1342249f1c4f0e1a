"""What the contracts promise over RPC has its door, with the same arguments; no door is open that they do not name."""

from __future__ import annotations

import inspect

import pytest

from chassis.doors import CommandSchema
from tests.structure.project import WITH_CONTRACT, protocol_of, rpc_doors

PROMISES = [
    (name, method)
    for name in WITH_CONTRACT
    for method, function in vars(protocol_of(name)).items()
    if inspect.isfunction(function) and not method.startswith("_")
]


@pytest.mark.parametrize("name", WITH_CONTRACT)
def test_every_promise_has_its_door_and_every_door_its_promise(name):
    assert set(rpc_doors(name)) == {method for service, method in PROMISES if service == name}


@pytest.mark.parametrize(("name", "method"), PROMISES)
def test_a_door_takes_the_arguments_that_are_promised(name, method):
    promised = inspect.signature(getattr(protocol_of(name), method)).parameters
    schema = rpc_doors(name)[method].schema()

    arguments = {argument: parameter for argument, parameter in promised.items() if argument != "self"}
    assert set(schema.fields) == set(arguments)
    assert all(parameter.kind is inspect.Parameter.KEYWORD_ONLY for parameter in arguments.values())


@pytest.mark.parametrize(("name", "method"), PROMISES)
def test_a_door_does_not_require_what_the_promise_lets_one_leave_out(name, method):
    promised = inspect.signature(getattr(protocol_of(name), method)).parameters
    schema = rpc_doors(name)[method].schema()

    required = {argument for argument, field in schema.fields.items() if field.required}
    assert not [argument for argument in required if promised[argument].default is not inspect.Parameter.empty]


@pytest.mark.parametrize(("name", "method"), PROMISES)
def test_a_door_takes_null_where_the_promise_does(name, method):
    promised = inspect.signature(getattr(protocol_of(name), method)).parameters
    schema = rpc_doors(name)[method].schema()

    nullable = {argument for argument, parameter in promised.items() if "None" in str(parameter.annotation)}
    assert {argument for argument, field in schema.fields.items() if field.allow_none} == nullable


@pytest.mark.parametrize(("name", "method"), PROMISES)
def test_a_method_that_takes_a_command_id_is_a_command(name, method):
    takes_one = "command_id" in inspect.signature(getattr(protocol_of(name), method)).parameters
    assert issubclass(rpc_doors(name)[method].schema, CommandSchema) == takes_one
