"""The documentation names files; each of them is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    "docs/architecture.md",
    "docs/rules.md",
    "docs/worksheets.md",
    *map(str, (ROOT / "docs/guides").glob("*.md")),
    *map(str, (ROOT / "docs/decisions").glob("*.md")),
]
PATHS = re.compile(r"`((?:crm|clusters|tests|docs|locale|templates|static)/[\w./-]*)`")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_a_document_names_is_there(document):
    named = PATHS.findall((ROOT / document).read_text())

    assert [path for path in named if not (ROOT / path).exists()] == []
