"""Why a set is not imported; each in a sentence for the operator."""

from __future__ import annotations


class KboError(Exception):
    """Nothing of it was stored, unless a run before this one began with it."""


class MissingFile(KboError):
    def __init__(self, file: str) -> None:
        super().__init__(f"{file} is missing: the directory must hold all files of a set")


class MissingColumn(KboError):
    def __init__(self, file: str, column: str) -> None:
        super().__init__(f"{file}: the column {column} is missing")


class BadRow(KboError):
    def __init__(self, file: str, line: int, why: str) -> None:
        super().__init__(f"{file}, line {line}: {why}")


class BadMeta(KboError):
    """meta.csv says nothing that can be believed."""


class WrongOrder(KboError):
    """An update must follow the extract before it, and nothing goes back."""


class Unfinished(KboError):
    """Another set was begun, and must end first."""


class AlreadyRunning(KboError):
    def __init__(self) -> None:
        super().__init__("another import is running")


class TooManyMissing(KboError):
    def __init__(self, file: str, *, gone: int, there: int) -> None:
        super().__init__(
            f"{file}.csv has no row any more for {gone} of the {there} that had one: is it whole? "
            "Look at it; if it is right, repeat with --however-many"
        )


class TooManyStruckOff(KboError):
    def __init__(self, *, gone: int, active: int) -> None:
        super().__init__(
            f"{gone} of {active} active enterprises would be struck off: is the set whole? "
            "Look at its files; if they are right, repeat with --however-many"
        )
