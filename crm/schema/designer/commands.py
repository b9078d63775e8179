"""What the designer's buttons do. A button says a verb and words (`move email up`); each becomes a change of the design."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, get_args

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm.schema.definitions import EntityDefinition, Snapshot, in_language
from crm.schema.designs import arranging, checking
from crm.schema.designs.arranging import Direction, Part
from crm.schema.designs.stored_forms import Change
from crm.schema.errors import InvalidDesign
from crm.schema.form_design import FormDesign

LONGEST_TITLE = 100


@dataclass(frozen=True)
class Ground:
    """What a deed is judged by, and the rest of what was posted."""

    entity: EntityDefinition
    snapshot: Snapshot
    posted: QueryDict

    def label(self, name: str) -> str:
        field = self.entity.field(name)
        return field.label if field else name

    def text(self, name: str) -> str:
        return self.posted.get(name, "").replace("\0", "").strip()


@dataclass(frozen=True)
class Deed:
    """A change, what it does as a sentence in the past tense, the element to focus then, and where things are afterwards."""

    change: Change
    what: str
    focus: str = ""
    whereabouts: Callable[[FormDesign], str] = lambda _design: ""


def deed_of(ground: Ground) -> Deed:
    """The deed of the button that was pressed. Raises InvalidDesign."""
    verb, *words = ground.text("do").split() or [""]
    try:
        return DEEDS[verb](ground, words)
    except InvalidDesign:
        raise
    except (KeyError, ValueError) as error:  # no such verb, or other words than it takes
        raise InvalidDesign(_("This page is out of date; load it again.")) from error


# Places.


def move(ground: Ground, words: list[str]) -> Deed:
    name, direction = words
    change = partial(arranging.move, name=name, direction=_direction(direction))
    return Deed(change, _("Moved %s.") % ground.label(name), f"{direction}-{name}", partial(_whereabouts, ground, name))


def put(ground: Ground, words: list[str]) -> Deed:
    """By dragging, or from the fields that are not on the form, into the section that is picked there."""
    name, *place = words
    checking.check_field(ground.entity, name)
    key, column, position = place or (ground.text("to"), None, None)
    where: dict[str, Any] = {"key": key, "column": column and int(column), "position": position and int(position)}
    change = partial(arranging.put, name=name, **where)
    return Deed(change, _("Placed %s.") % ground.label(name), f"edit-{name}", partial(_whereabouts, ground, name))


def take(ground: Ground, words: list[str]) -> Deed:
    (name,) = words
    return Deed(partial(arranging.take_away, name=name), _("Took %s off the form.") % ground.label(name), "find")


# Sections.


def add_section(ground: Ground, _words: list[str]) -> Deed:
    labels = _labels({}, ground.text("title"))
    return Deed(partial(arranging.add_section, labels=labels), _("Added the section %s.") % in_language(labels, ""), "title")


def name_sections(ground: Ground, _words: list[str]) -> Deed:
    """Every section that is called otherwise now, and a new one if it has a name: what Enter does."""

    def change(design: FormDesign) -> FormDesign:
        for section in design.sections:
            title = ground.text(f"title-{section.key}")
            if title and title != in_language(section.labels, ""):
                design = arranging.rename_section(design, section.key, _labels(section.labels, title))
        new = ground.text("title")
        return arranging.add_section(design, _labels({}, new)) if new else design

    return Deed(change, _("Named the sections."), "title")


def change_section(_ground: Ground, words: list[str]) -> Deed:
    key, verb = words
    if verb == "remove":
        return Deed(partial(arranging.remove_section, key=key), _("Removed a section."), "title")
    if verb in {"one", "two"}:
        change = partial(arranging.set_columns, key=key, count=1 if verb == "one" else 2)
        return Deed(change, _("Changed the columns of a section."), f"{verb}-{key}")
    change = partial(arranging.move_section, key=key, direction=_direction(verb))
    return Deed(change, _("Moved a section."), f"{verb}-{key}", partial(_rank_of_section, key))


def clusters(_ground: Ground, _words: list[str]) -> Deed:
    return Deed(arranging.add_clusters, _("Added the section of clusters."), "title")


# The list.


def add(ground: Ground, words: list[str]) -> Deed:
    part = _part(*words)
    name = ground.text(f"add-{part}")
    checking.check_part(ground.entity, ground.snapshot, part, name)
    return Deed(partial(arranging.add_to, part=part, name=name), _("Added %s.") % ground.label(name), f"add-{part}")


def drop(ground: Ground, words: list[str]) -> Deed:
    part, name = words
    change = partial(arranging.take_from, part=_part(part), name=name)
    return Deed(change, _("Took %s away.") % ground.label(name), f"add-{part}")


def shift(ground: Ground, words: list[str]) -> Deed:
    part, name, direction = words
    change = partial(arranging.move_in, part=_part(part), name=name, direction=_direction(direction))
    return Deed(
        change, _("Moved %s.") % ground.label(name), f"{part}-{direction}-{name}", partial(_rank, ground, _part(part), name)
    )


def shift_to(ground: Ground, words: list[str]) -> Deed:
    """By dragging."""
    part, name, position = words
    change = partial(arranging.move_in_to, part=_part(part), name=name, position=int(position))
    return Deed(change, _("Moved %s.") % ground.label(name), f"{part}-up-{name}", partial(_rank, ground, _part(part), name))


def widths(ground: Ground, _words: list[str]) -> Deed:
    said = {name.removeprefix("width-"): int(ground.text(name)) for name in ground.posted if name.startswith("width-")}

    def change(design: FormDesign) -> FormDesign:
        for name in design.listed:
            design = arranging.set_width(design, name, checking.check_width(said[name])) if name in said else design
        return design

    return Deed(change, _("Changed the widths of columns."), "widths")


def order(ground: Ground, _words: list[str]) -> Deed:
    name, direction = ground.text("sort"), ground.text("direction")
    sort = checking.check_sort(ground.entity, f"{name} {direction}" if name else "")
    return Deed(partial(replace, sort=sort), _("Changed the order of the list."), "sort")


def query(ground: Ground, _words: list[str]) -> Deed:
    text = checking.check_query(ground.entity, ground.snapshot, ground.text("query"))
    return Deed(partial(replace, query=text), _("Changed the form's query."), "query")


DEEDS: Mapping[str, Callable[[Ground, list[str]], Deed]] = {
    "move": move, "put": put, "take": take,
    "add-section": add_section, "name-sections": name_sections, "section": change_section, "clusters": clusters,
    "add": add, "drop": drop, "shift": shift, "shift-to": shift_to, "widths": widths, "order": order, "query": query,
}  # fmt: skip


def _direction(text: str) -> Direction:
    if text not in get_args(Direction):
        raise ValueError(text)
    return text  # type: ignore[return-value]  # it is one of them


def _part(text: str = "") -> Part:
    if text not in get_args(Part):
        raise ValueError(text)
    return text  # type: ignore[return-value]  # it is one of them


def _labels(labels: Mapping[str, str], title: str) -> dict[str, str]:
    if not title or len(title) > LONGEST_TITLE:
        raise InvalidDesign(_("A section has a name of at most %s characters.") % LONGEST_TITLE)
    return {**labels, (get_language() or "en"): title}


def _whereabouts(ground: Ground, name: str, design: FormDesign) -> str:
    for each in design.sections:
        for number, places in enumerate(each.columns, start=1):
            names = [place.field for place in places]
            if name in names:
                words = {"field": ground.label(name), "position": names.index(name) + 1, "all": len(names), "column": number}
                title = in_language(each.labels, _("Details"))
                return _("%(field)s is now %(position)s of %(all)s in column %(column)s of %(section)s.") % {
                    **words,
                    "section": title,
                }
    return ""


def _rank(ground: Ground, part: Part, name: str, design: FormDesign) -> str:
    names = arranging.names_in(design, part)
    words = {"field": ground.label(name), "position": names.index(name) + 1, "all": len(names)}
    return _("%(field)s is now %(position)s of %(all)s.") % words


def _rank_of_section(key: str, design: FormDesign) -> str:
    keys = [section.key for section in design.sections]
    words = {"position": keys.index(key) + 1, "all": len(keys)}
    return _("The section is now %(position)s of %(all)s.") % words
