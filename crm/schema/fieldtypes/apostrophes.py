"""An apostrophe before a text: a spreadsheet's sign that it is a text, or its first letter, as in `'s-Hertogenbosch`."""

import re

ELISION = r"'[a-z][\s-]"  # Dutch and Afrikaans: `'t Hof`, `'n Plaas`
QUOTED = re.compile(rf"(?!{ELISION})'[^\W\d_]")


def may_be_quoted(text: str) -> bool:
    """Return True for `'Ana`, of which nobody knows whether the apostrophe is meant."""
    return text[:1] == "'" and QUOTED.match(text) is not None


def without_apostrophe(text: str) -> str:
    """Without the one before it, and the one behind it if there is no other; `'t Hof` keeps its own."""
    bare = text.strip()
    if bare[:1] != "'" or re.match(ELISION, bare):
        return text
    inner = bare[1:]
    return inner[:-1] if inner.endswith("'") and inner.count("'") == 1 else inner
