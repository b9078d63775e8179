"""The commands of the designer's buttons: a verb and its arguments (`move email up`), each of which is a change of the design."""

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
from crm.schema.form_design import CLUSTERS_COLUMN, FormDesign

LONGEST_TITLE = 100


@dataclass(frozen=True)
class DesignContext:
    """What a command works with: the entity, what is published, and the posted form."""

    entity: EntityDefinition
    snapshot: Snapshot
    posted: QueryDict

    def label(self, name: str) -> str:
        field = self.entity.field(name)
        return field.label if field else _("Clusters") if name == CLUSTERS_COLUMN else name

    def text(self, name: str) -> str:
        return self.posted.get(name, "").replace("\0", "").strip()


@dataclass(frozen=True)
class DesignCommand:
    """A change, a message in the past tense, the element to focus afterwards, and where the moved thing is then."""

    change: Change
    message: str
    focus: str = ""
    position_after: Callable[[FormDesign], str] = lambda _design: ""


def command_of(context: DesignContext) -> DesignCommand:
    """The command of the button that was pressed. Raises InvalidDesign."""
    verb, *words = context.text("do").split() or [""]
    try:
        return COMMANDS[verb](context, words)
    except InvalidDesign:
        raise
    except (KeyError, ValueError) as error:  # no such verb, or other words than it takes
        raise InvalidDesign(_("This page is out of date; load it again.")) from error


# Places.


def move(context: DesignContext, words: list[str]) -> DesignCommand:
    name, direction = words
    change = partial(arranging.move, name=name, direction=_direction(direction))
    return DesignCommand(
        change, _("Moved %s.") % context.label(name), f"{direction}-{name}", partial(_position_of, context, name)
    )


def put(context: DesignContext, words: list[str]) -> DesignCommand:
    """By dragging, or from the fields that are not on the form, into the section that is picked there."""
    name, *place = words
    checking.check_field(context.entity, name)
    key, column, position = place or (context.text("to"), None, None)
    where: dict[str, Any] = {"key": key, "column": column and int(column), "position": position and int(position)}
    change = partial(arranging.put, name=name, **where)
    return DesignCommand(change, _("Placed %s.") % context.label(name), f"edit-{name}", partial(_position_of, context, name))


def take(context: DesignContext, words: list[str]) -> DesignCommand:
    (name,) = words
    return DesignCommand(partial(arranging.take_away, name=name), _("Took %s off the form.") % context.label(name), "find")


# Sections.


def add_section(context: DesignContext, _words: list[str]) -> DesignCommand:
    labels = _labels({}, context.text("title"))
    return DesignCommand(
        partial(arranging.add_section, labels=labels), _("Added the section %s.") % in_language(labels, ""), "title"
    )


def name_sections(context: DesignContext, _words: list[str]) -> DesignCommand:
    """Renames the sections whose title was changed, and adds one if a new title was typed: what Enter does."""

    def change(design: FormDesign) -> FormDesign:
        for section in design.sections:
            title = context.text(f"title-{section.key}")
            if title and title != in_language(section.labels, ""):
                design = arranging.rename_section(design, section.key, _labels(section.labels, title))
        new = context.text("title")
        return arranging.add_section(design, _labels({}, new)) if new else design

    return DesignCommand(change, _("Named the sections."), "title")


def change_section(_ground: DesignContext, words: list[str]) -> DesignCommand:
    key, verb = words
    if verb == "remove":
        return DesignCommand(partial(arranging.remove_section, key=key), _("Removed a section."), "title")
    if verb in {"one", "two"}:
        change = partial(arranging.set_columns, key=key, count=1 if verb == "one" else 2)
        return DesignCommand(change, _("Changed the columns of a section."), f"{verb}-{key}")
    change = partial(arranging.move_section, key=key, direction=_direction(verb))
    return DesignCommand(change, _("Moved a section."), f"{verb}-{key}", partial(_rank_of_section, key))


def clusters(_ground: DesignContext, _words: list[str]) -> DesignCommand:
    return DesignCommand(arranging.add_clusters, _("Added the section of clusters."), "title")


# The list.


def add(context: DesignContext, words: list[str]) -> DesignCommand:
    part = _part(*words)
    name = context.text(f"add-{part}")
    checking.check_part(context.entity, context.snapshot, part, name)
    return DesignCommand(partial(arranging.add_to, part=part, name=name), _("Added %s.") % context.label(name), f"add-{part}")


def drop(context: DesignContext, words: list[str]) -> DesignCommand:
    part, name = words
    change = partial(arranging.take_from, part=_part(part), name=name)
    return DesignCommand(change, _("Took %s away.") % context.label(name), f"add-{part}")


def shift(context: DesignContext, words: list[str]) -> DesignCommand:
    part, name, direction = words
    change = partial(arranging.move_in, part=_part(part), name=name, direction=_direction(direction))
    return DesignCommand(
        change, _("Moved %s.") % context.label(name), f"{part}-{direction}-{name}", partial(_rank, context, _part(part), name)
    )


def shift_to(context: DesignContext, words: list[str]) -> DesignCommand:
    """By dragging."""
    part, name, position = words
    change = partial(arranging.move_in_to, part=_part(part), name=name, position=int(position))
    return DesignCommand(
        change, _("Moved %s.") % context.label(name), f"{part}-up-{name}", partial(_rank, context, _part(part), name)
    )


def widths(context: DesignContext, _words: list[str]) -> DesignCommand:
    chosen = {name.removeprefix("width-"): int(context.text(name)) for name in context.posted if name.startswith("width-")}

    def change(design: FormDesign) -> FormDesign:
        for name in design.listed:
            design = arranging.set_width(design, name, checking.check_width(chosen[name])) if name in chosen else design
        return design

    return DesignCommand(change, _("Changed the widths of columns."), "widths")


def order(context: DesignContext, _words: list[str]) -> DesignCommand:
    name, direction = context.text("sort"), context.text("direction")
    sort = checking.check_sort(context.entity, f"{name} {direction}" if name else "")
    return DesignCommand(partial(replace, sort=sort), _("Changed the order of the list."), "sort")


def query(context: DesignContext, _words: list[str]) -> DesignCommand:
    text = checking.check_query(context.entity, context.snapshot, context.text("query"))
    return DesignCommand(partial(replace, query=text), _("Changed the form's query."), "query")


COMMANDS: Mapping[str, Callable[[DesignContext, list[str]], DesignCommand]] = {
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


def _position_of(context: DesignContext, name: str, design: FormDesign) -> str:
    for each in design.sections:
        for number, places in enumerate(each.columns, start=1):
            names = [place.field for place in places]
            if name in names:
                words = {"field": context.label(name), "position": names.index(name) + 1, "all": len(names), "column": number}
                title = in_language(each.labels, _("Details"))
                return _("%(field)s is now %(position)s of %(all)s in column %(column)s of %(section)s.") % {
                    **words,
                    "section": title,
                }
    return ""


def _rank(context: DesignContext, part: Part, name: str, design: FormDesign) -> str:
    names = arranging.names_in(design, part)
    words = {"field": context.label(name), "position": names.index(name) + 1, "all": len(names)}
    return _("%(field)s is now %(position)s of %(all)s.") % words


def _rank_of_section(key: str, design: FormDesign) -> str:
    keys = [section.key for section in design.sections]
    words = {"position": keys.index(key) + 1, "all": len(keys)}
    return _("The section is now %(position)s of %(all)s.") % words
