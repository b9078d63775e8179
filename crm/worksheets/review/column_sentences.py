"""What the review says of columns: which field each fills, what only new records get, and how its cells are read."""

from collections.abc import Iterator

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition
from crm.worksheets.importing.normalizing import meaning_key
from crm.worksheets.mapping import column_mapping
from crm.worksheets.mapping.synonyms import FULL_NAME
from crm.worksheets.review.column_controls import is_whole_number
from crm.worksheets.review.controls import displayed_value
from crm.worksheets.review.reviewing import Review


def columns(review: Review) -> str:
    """How many are taken, as which fields, and why others are not; HTML."""
    return format_html_join(" ", "{}", ((sentence,) for sentence in (*_taken(review), *_left_open(review), *_written(review))))


def _taken(review: Review) -> Iterator[str]:
    headers, filled = review.inspection.headers, review.choices.map
    taken = ngettext("{n} of {all} column is taken.", "{n} of {all} columns are taken.", len(headers))
    count = format_html("<b>{}</b>", sum(is_taken(review, header) for header in filled))
    yield format_html(taken, n=count, all=len(headers))
    if guessed := _guessed(review):
        yield format_html(_("Matched by header and cells: {pairs}."), pairs=guessed)


def _left_open(review: Review) -> Iterator[str]:
    entity = review.model.entity
    for name, rivals in review.rivals.items():
        alike = _("Several columns could be {field}, choose one: {names}.")
        yield format_html(alike, field=label_of(entity, name), names=_listed(rivals))
    if whole := review.full_names:
        offer = _("{names} holds whole names: to divide them, choose “{first} and {last}, divided” under “Fills”.")
        first, last = (label_of(entity, part) for part in column_mapping.parts_of(FULL_NAME))
        yield format_html(offer, names=_listed(whole), first=first, last=last)
    if unfit := review.unfit:
        pairs = format_html_join(", ", "<i>{}</i> ({})", ((header, label_of(entity, name)) for header, name in unfit.items()))
        yield format_html(_("Left open, since the cells do not fit: {pairs}."), pairs=pairs)


def _written(review: Review) -> Iterator[str]:
    """What is not simply written into every record."""
    choices, filled = review.choices, review.choices.map
    idle = [header for header in filled if choices.is_idle(header)]
    by_way = {way: [h for h in filled if choices.column(h).takes == way and h not in idle] for way in ("new", "add", "remove")}
    told = (
        (by_way["new"], _("Only new ones get {names}.")),
        (idle, _("Only new ones would get {names}.")),
        (by_way["add"], _("Added to what is there: {names}.")),
        (by_way["remove"], _("Removed from what is there: {names}.")),
        ([header for header in review.inspection.headers if header not in filled], _("Ignored: {names}.")),
    )
    return (format_html(sentence, names=_listed(headers)) for headers, sentence in told if headers)


def _guessed(review: Review) -> str:
    """The columns that fill a field of another name."""
    entity, filled = review.model.entity, review.choices.map
    unlike = [
        (header, label_of(entity, name)) for header, name in filled.items() if column_mapping.field_named(header, entity) != name
    ]
    taken = [(header, label) for header, label in unlike if header and is_taken(review, header)]
    pairs = format_html_join(", ", "<i>{}</i> → <b>{}</b>", taken[:8])
    return format_html("{}{}", pairs, _(" and %s more") % (len(taken) - 8) if len(taken) > 8 else "")


def is_taken(review: Review, header: str) -> bool:
    """Return False if only new records would get it and none is created."""
    return not review.choices.is_idle(header)


def _listed(headers: list[str]) -> str:
    names = format_html_join(", ", "<i>{}</i>", ((header or "–",) for header in headers[:5]))
    return format_html("{}{}", names, _(" and %s more") % (len(headers) - 5) if len(headers) > 5 else "")


def reading(review: Review, position: int) -> str:
    column = review.inspection.columns[position]
    own = review.choices.column(column.header)
    field_ = review.model.entity.field(review.choices.map.get(column.header, ""))
    options = fieldtypes.get(field_.type).reading_options if field_ else frozenset()
    ways = []
    if "dates" in options:
        ways.append(
            {"dmy": _("day/month/year"), "mdy": _("month/day/year")}.get(own.dates or review.choices.dates, _("year-month-day"))
        )
    if "decimal" in options and (own.decimal or column.decimals.is_there or not (field_ and is_whole_number(field_))):
        ways.append(_("decimals with a comma") if (own.decimal or review.choices.decimal) == "," else _("decimals with a point"))
    if own.is_grouped:
        ways.append(_("thousands set apart"))
    if own.is_cut:
        ways.append(_("too long texts are cut"))
    if own.is_filled:
        ways.append(_("lost zeros are filled in"))
    if own.is_bared:
        ways.append(_("of more than an address, the address"))
    if own.is_decoded:
        ways.append(_("letters as a web page writes them"))
    if own.is_unpointed:
        ways.append(_("codes without decimals"))
    if own.is_unquoted:
        ways.append(_("without the apostrophe before a text"))
    if own.is_blanked:
        ways.append(_("words for nothing are empty cells"))
    if own.wrong == "empty":
        ways.append(_("refused cells are left out"))
    if "meanings" in options:
        ways += _meanings(review, position)
    return format_html(_("<b>{header}</b> is read as {ways}."), header=column.header, ways="; ".join(ways) or "–")


def _meanings(review: Review, position: int) -> list[str]:
    column = review.inspection.columns[position]
    own = review.choices.column(column.header)
    field_ = review.model.entity.field(review.choices.map[column.header])
    if field_ is None:
        return []
    meanings = []
    for value, count in list(column.values.items())[:4]:
        meant = own.values.get(meaning_key(value))
        shown = displayed_value(field_, value if meant is None else meant) or (_("nothing") if meant == "" else "?")
        meanings.append(f"“{value}” → {shown} ({count})")
    return meanings + (["…"] if len(column.values) > len(meanings) else [])


def is_known(review: Review, position: int, value: str) -> bool:
    field_ = review.model.entity.field(review.choices.map.get(review.inspection.columns[position].header, ""))
    return field_ is None or bool(displayed_value(field_, str(value)))


def label_of(entity: EntityDefinition, name: str) -> str:
    if len(parts := column_mapping.parts_of(name)) > 1:
        return " + ".join(label_of(entity, part) for part in parts)
    found = entity.field(name)
    return found.label if found else _("Record id") if name == "id" else name


def shown_value(entity: EntityDefinition, name: str, value: str) -> str:
    found = entity.field(name)
    return (displayed_value(found, value) if found else "") or value
