"""Dataclasses to plain JSON data and back, by their annotations.

Instants are ISO 8601 with offset, dates ISO 8601, UUIDs their text. Reading ignores fields that it
does not know (events grow by addition only) and takes the default of a field that is absent.
``ValueError`` names the field that is wrong.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

T = TypeVar("T")


def dump(value: Any) -> Any:
    """Plain JSON data for a dataclass, or for anything made of dataclasses, lists, dicts and scalars."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: dump(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): dump(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [dump(item) for item in value]
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone")
        return value.isoformat()
    if isinstance(value, (date, UUID)):
        return str(value)
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    raise ValueError(f"{type(value).__name__} cannot be put on the wire")


def load(kind: type[T], data: Any) -> T:
    """The reverse of ``dump`` for an annotation: a dataclass, ``list[X]``, ``X | None``, ``UUID`` …"""
    return typing.cast(T, _load(kind, data, ""))


def _load(kind: Any, data: Any, path: str) -> Any:
    try:
        return _READERS.get(kind, functools.partial(_load_shape, kind))(data, path)
    except _Wrong:
        raise
    except (ValueError, TypeError, AttributeError) as error:
        raise _Wrong(f"{path or 'value'}: {error}") from error


class _Wrong(ValueError):
    """Already says where."""


def _load_shape(kind: Any, data: Any, path: str) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any:
        return data
    if kind is None or kind is type(None):
        if data is not None:
            raise ValueError("null is expected")
        return None
    if origin in (typing.Union, types.UnionType):
        if data is None and type(None) in arguments:
            return None
        (only,) = (argument for argument in arguments if argument is not type(None))
        return _load(only, data, path)
    if origin is typing.Literal:
        if data not in arguments:
            raise ValueError(f"one of {', '.join(map(str, arguments))} is expected")
        return data
    if origin in (list, tuple, frozenset):
        if not isinstance(data, list):
            raise ValueError("a list is expected")
        return origin(_load(arguments[0], item, f"{path}[{index}]") for index, item in enumerate(data))
    if origin in (dict, Mapping):
        if not isinstance(data, dict):
            raise ValueError("an object is expected")
        return {key: _load(arguments[1], item, _join(path, key)) for key, item in data.items()}
    if dataclasses.is_dataclass(kind):
        return _load_dataclass(kind, data, path)
    if hasattr(kind, "__supertype__"):
        return _load(kind.__supertype__, data, path)
    if isinstance(kind, type) and issubclass(kind, str) and not isinstance(data, str):
        raise ValueError("a text is expected")
    return kind(data)


def _load_dataclass(kind: Any, data: Any, path: str) -> Any:
    if not isinstance(data, dict):
        raise ValueError("an object is expected")
    values = {}
    hints = _hints(kind)
    for field in dataclasses.fields(kind):
        if field.name in data:
            values[field.name] = _load(hints[field.name], data[field.name], _join(path, field.name))
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise _Wrong(f"{_join(path, field.name)}: is missing")
    return kind(**values)


@functools.cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else str(name)


def _instant(data: Any, path: str) -> datetime:
    value = datetime.fromisoformat(data)
    if value.tzinfo is None:
        raise ValueError("an instant without a time zone")
    return value


def _exactly(kind: type, name: str) -> Any:
    def read(data: Any, path: str) -> Any:
        if type(data) is not kind:
            raise ValueError(f"{name} is expected")
        return data

    return read


_READERS: dict[Any, Any] = {
    datetime: _instant,
    date: lambda data, path: date.fromisoformat(data),
    UUID: lambda data, path: UUID(data),
    str: _exactly(str, "a text"),
    int: _exactly(int, "a whole number"),
    bool: _exactly(bool, "true or false"),
}
