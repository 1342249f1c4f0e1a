"""The CSV files, row by row: columns by their names, and where a row stands, for who must look at it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from services.delegation.kbo.errors import BadRow, MissingColumn, MissingFile

# No text of the register is nearly so long.
csv.field_size_limit(10_000)


def rows_of(directory: Path, file: str, columns: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """(line, values of these columns), in whatever order the file has them."""
    path = directory / file
    if not path.is_file():
        raise MissingFile(file)
    with path.open(newline="", encoding="utf-8-sig") as opened:
        reader = csv.reader(opened, strict=True)
        try:
            header = next(reader, [])
            for column in columns:
                if column not in header:
                    raise MissingColumn(file, column)
            places, width = [header.index(column) for column in columns], len(header)
            for row in reader:
                if len(row) != width:
                    raise BadRow(file, reader.line_num, f"{width} values are expected, not {len(row)}")
                yield reader.line_num, tuple([row[place] for place in places])
        except (csv.Error, UnicodeError) as error:
            raise BadRow(file, reader.line_num + 1, f"it cannot be read ({error})") from error
