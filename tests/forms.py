"""What a browser would send of a page's form if somebody pressed a button at once."""

from html.parser import HTMLParser


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.select = ""
        self.offered: list[tuple[bool, str]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "input" and name and (given.get("type") not in {"checkbox", "radio", "submit", "file"} or "checked" in given):
            self.found.append((name, value))
        if tag == "select":
            self.select, self.offered = name, []
        if tag == "option" and self.select:
            self.offered.append(("selected" in given, value))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self.offered:
            chosen = [value for is_selected, value in self.offered if is_selected] or [self.offered[0][1]]
            self.found += [(self.select, value) for value in chosen]
            self.select = ""


def fields_of(page: str) -> list[tuple[str, str]]:
    """Of all the forms of a page; hidden texts of text areas are left out."""
    parser = _Fields()
    parser.feed(page)
    return parser.found
