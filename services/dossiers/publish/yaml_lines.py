"""YAML that remembers on which line each thing stands.

Only what a procedure needs: mappings, lists, texts, whole numbers, ``true``, ``false`` and ``null``. So ``no`` is a
text, and so is a date: nothing is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

Path = tuple[str | int, ...]
_WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)")
_WORDS = {"true": True, "false": False, "null": None, "": None}


class YamlWrong(ValueError):
    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


@dataclass(frozen=True)
class Read:
    """``lines``: {path: line}, a path such as ``("sections", 0, "title")``."""

    content: Any
    lines: dict[Path, int]

    def line_of(self, path: Path) -> int:
        """Of the thing, or of the nearest that holds it where it is absent."""
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]


def read(text: str) -> Read:
    """Raises YamlWrong."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlWrong(mark.line + 1 if mark else 1, error.problem or "this is not YAML") from error
    except yaml.YAMLError as error:
        raise YamlWrong(1, "this is not YAML") from error
    lines: dict[Path, int] = {(): 1}
    return Read(_plain(node, (), lines) if node is not None else {}, lines)


def _plain(node: yaml.Node, path: Path, lines: dict[Path, int]) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, index), lines) for index, item in enumerate(node.value)]
    assert isinstance(node, yaml.ScalarNode)
    # A text in quotes or in a block is a text, whatever it looks like.
    if node.style is not None:
        return node.value
    if node.value in _WORDS:
        return _WORDS[node.value]
    return int(node.value) if _WHOLE_NUMBER.fullmatch(node.value) else node.value


def _mapping(node: yaml.MappingNode, path: Path, lines: dict[Path, int]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise YamlWrong(line, "a key must be a text")
        if key.value in content:
            raise YamlWrong(line, f"the key {key.value} stands here a second time")
        lines[*path, key.value] = line
        content[key.value] = _plain(value, (*path, key.value), lines)
    return content
