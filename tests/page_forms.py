"""The forms of a page, each with what a browser would send for each of its buttons."""

from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from urllib.parse import urljoin

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PageForm:
    """`fields` are what it sends, the pressed button among them."""

    method: str
    action: str
    fields: Pairs = ()
    button: Pairs = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for name, _value in self.fields if name != "csrfmiddlewaretoken"))

    def sent(self) -> dict[str, list[str]]:
        values: dict[str, list[str]] = {}
        for name, value in self.fields:
            values.setdefault(name, []).append(value)
        return values


def forms_of(page: str, address: str) -> list[PageForm]:
    """One for each button of each form, found at an address."""
    reading = _Reading(address)
    reading.feed(page)
    return [_pressed(form, button) for form in reading.forms.values() for button in form.buttons or [()]]


@dataclass
class _Open:
    form: PageForm
    buttons: list[Pairs] = field(default_factory=list)

    def add(self, *pairs: tuple[str, str]) -> None:
        self.form = replace(self.form, fields=(*self.form.fields, *pairs))


def _pressed(opened: _Open, button: Pairs) -> PageForm:
    return replace(opened.form, fields=(*opened.form.fields, *button), button=button)


class _Reading(HTMLParser):
    """Controls belong to the form around them, or to the one that they name."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.forms: dict[str, _Open] = {}
        self.around = ""
        self.select: tuple[str, _Open] | None = None
        self.offered: list[tuple[bool, str]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._open(given)
        elif tag == "option" and self.select:
            self.offered.append(("selected" in given, given.get("value", "")))
        elif tag in {"input", "select", "textarea", "button"} and (form := self.forms.get(given.get("form") or self.around)):
            self._control(tag, given, form)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.around = ""
        if tag == "select" and self.select:
            name, form = self.select
            chosen = [value for is_selected, value in self.offered if is_selected] or [value for _, value in self.offered[:1]]
            form.add(*((name, value) for value in chosen))
            self.select = None

    def _open(self, given: dict[str, str]) -> None:
        self.around = given.get("id") or f"form {len(self.forms)}"
        action = urljoin(self.address, given.get("action", "")) if given.get("action") else self.address
        self.forms[self.around] = _Open(PageForm(given.get("method", "get").lower(), action))

    def _control(self, tag: str, given: dict[str, str], form: _Open) -> None:
        name, kind = given.get("name", ""), given.get("type", "")
        value = given.get("value", "on" if kind in {"checkbox", "radio"} else "")
        if tag == "select":
            self.select, self.offered = (name, form), []
        elif tag == "button" or kind == "submit":
            form.buttons.append(((name, value),) if name else ())
        elif name and (kind not in {"checkbox", "radio"} or "checked" in given):
            form.add((name, value))
