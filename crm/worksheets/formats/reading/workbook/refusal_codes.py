"""Why a workbook, or one of its cells, is refused: codes, for which
`crm.worksheets.formats.reading.workbook_files` has the sentences."""

from typing import NamedTuple


class Refused(Exception):
    """The file is not read. `code` says why."""

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class Flaw(NamedTuple):
    """A cell without a value that could be taken: its place in the row, what it shows, why."""

    position: int
    shown: str
    code: str


class NoValue(Exception):
    """A cell shows something that is no value."""

    def __init__(self, shown: str, code: str) -> None:
        super().__init__(code)
        self.shown = shown
        self.code = code
