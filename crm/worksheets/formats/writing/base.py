"""The interface of all formats."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import ClassVar

from crm.worksheets.formats.tables import Table


class WriteFormat:
    """A way to write tables. The limits are those of the programs that read it; None where there is none."""

    name: ClassVar[str]  # as the file's name ends
    label: ClassVar[str]
    content_type: ClassVar[str]
    most_rows: ClassVar[int | None] = None  # the header included
    most_columns: ClassVar[int | None] = None
    longest_cell: ClassVar[int | None] = None  # in units of UTF-16, as these programs count

    def chunks(self, table: Table) -> Iterator[bytes]:
        """The file, piece by piece as the table's blocks come."""
        raise NotImplementedError

    def fits(self, text: str) -> bool:
        return self.longest_cell is None or len(text.encode("utf-16-le", "surrogatepass")) // 2 <= self.longest_cell


def write_whole(path: Path, chunks: Iterable[bytes]) -> None:
    """Writes the file; if that fails, no partial file is left."""
    try:
        with path.open("wb") as file:
            file.writelines(chunks)
    except BaseException:
        if path.is_file():
            path.unlink()
        raise


SHEET_NAME = re.compile(r"[\[\]:*?/\\]")


def sheet_name(title: str) -> str:
    """A name that every program takes for a sheet."""
    return SHEET_NAME.sub(" ", title).strip("' ")[:31] or "Sheet1"
