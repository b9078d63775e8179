"""The guesses of a review in words, each with the controls that change it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.local_numbers import local_number
from crm.people.actors import Actor
from crm.schema.definitions import EntityDefinition
from crm.worksheets.access import may_open
from crm.worksheets.formats.encodings import encoding_name, is_unusual
from crm.worksheets.formats.reading.reader import TEXT
from crm.worksheets.mapping import column_mapping, recipes
from crm.worksheets.models import Worksheet
from crm.worksheets.review.column_controls import AS_IT_IS
from crm.worksheets.review.column_sentences import columns, is_known, is_taken, label_of, reading, shown_value
from crm.worksheets.review.controls import delimiter_name
from crm.worksheets.review.form import ReviewForm
from crm.worksheets.review.reviewing import Review


@dataclass(frozen=True)
class Guess:
    """One sentence. `part` is the template that shows more than plain fields."""

    name: str
    sentence: str  # HTML
    fields: Sequence[forms.BoundField] = ()
    part: str = ""
    is_open: bool = False
    meanings: Sequence[tuple[forms.BoundField, int]] = field(default=())

    @property
    def has_errors(self) -> bool:
        return any(bound.errors for bound in self.fields)


def guesses(review: Review, form: ReviewForm) -> Iterator[Guess]:
    """In the order in which people check them."""
    choices, entity = review.choices, review.model.entity
    yield Guess("keys", _keys(review), [form["keys"]], is_open="keys" in form.errors)
    yield Guess("mode", MODE_SENTENCES(entity)[choices.mode], [form["mode"]])
    yield Guess("columns", columns(review), part="worksheets/_review_columns.html", is_open=_are_columns_open(review, form))
    if choices.set:
        yield _set(review)
    if "replace" in form.fields:
        yield Guess("replace", _replace(review), [form["replace"]])
    if "allow_consent" in form.fields:
        yield Guess("consent", _consent(review), [form["allow_consent"]])
    yield from _readings(review, form)
    yield Guess("empty", EMPTY_SENTENCES()[choices.empty], [form["empty"]])
    if sentences := list(_nobodys_rows(review)):
        yield Guess("empty-key", format_html_join(" ", "{}", ((sentence,) for sentence in sentences)), [form["empty_key"]])
    asked = {"encoding"} if review.format.text.unclear else set()
    written = [form[name] for name in ("encoding", "delimiter", "sheet", "header", "labels") if name in {*form.fields} - asked]
    yield Guess(
        "format", _format(review), written, is_open=is_unusual(review.format.encoding) or any(bound.errors for bound in written)
    )
    yield _limits(review, form)
    yield _rest(review, form)


def _limits(review: Review, form: ReviewForm) -> Guess:
    """At what the import stops and waits for a manager."""
    choices = review.choices
    sentences = {
        "max_refused": _("more than {limit} of the rows are refused"),
        "max_changed": _("more than {limit} of the records change"),
        "max_leave": _("more than {limit} of the members leave"),
    }
    stated = [sentences[name].format(limit=getattr(choices, name)) for name in sentences if getattr(choices, name)]
    sentence = (
        _("It waits for a manager if {limits}.").format(limits=_(" or if ").join(stated))
        if stated
        else _("It stops at no limit.")
    )
    fields = [form[name] for name in sentences]
    return Guess("limits", sentence, fields, is_open=any(bound.errors for bound in fields))


def _rest(review: Review, form: ReviewForm) -> Guess:
    """The rarely changed options, in one paragraph."""
    choices = review.choices
    whole = _("Either all rows are taken or none.") if choices.atomic else _("Good rows are taken although others are refused.")
    stop = (
        _("It stops if anybody changes one of these records in between.")
        if choices.stop
        else _("What others change in between is listed afterwards.")
    )
    sentences = [DUPLICATES_SENTENCES()[choices.duplicates], whole, stop]
    part = "" if choices.set else "worksheets/_fixed.html"
    return Guess("rest", " ".join(sentences), [form["duplicates"], form["atomic"], form["stop"]], part=part)


def recipe_note(review: Review, reader: Actor) -> str:
    """Which worksheet with these columns was read like this before, linked if the reader may open it; empty if none was."""
    recipe = review.recipe
    if not recipe:
        return ""
    former = Worksheet.objects.filter(pk=recipe["worksheet"]).first()
    may_follow = former is not None and may_open(reader, former)
    link = format_html('<a href="/worksheets/{0}/">#{0}</a>' if may_follow else "#{0}", recipe["worksheet"])
    return format_html(_("Read as last time: {link}, {when}, {who}."), link=link, **recipes.used_by(recipe))


def _keys(review: Review) -> str:
    choices, records = review.choices, review.model.entity.name.lower()
    if choices.is_by_id and "id" not in choices.map.values():
        return format_html(_("No column tells which {records} these are, so every row is a new one."), records=records)
    named = [label_of(review.model.entity, name) for name in choices.keys]
    keys = format_html_join(" + ", "<b>{}</b>", ((name,) for name in named))
    sentence = format_html(_("Rows find their {records} by {keys}."), records=records, keys=keys)
    if not review.worksheet.counts:
        return sentence
    counts = review.worksheet.tally
    known = counts.skipped if choices.mode == "create" else counts.updated + counts.unchanged
    found = ngettext("{known} of {all} row finds one.", "{known} of {all} rows find one.", counts.rows)
    return format_html("{} {}", sentence, found.format(known=local_number(known), all=local_number(counts.rows)))


def MODE_SENTENCES(entity: EntityDefinition) -> dict[str, str]:  # noqa: N802  # a table that speaks the reader's language
    records = {"records": entity.name.lower()}
    return {
        "upsert": format_html(_("Known {records} are <b>updated</b>, unknown ones <b>created</b>."), **records),
        "update": format_html(_("Known {records} are <b>updated</b>; nobody is created."), **records),
        "create": format_html(_("Unknown {records} are <b>created</b>; known ones stay as they are."), **records),
    }


def EMPTY_SENTENCES() -> dict[str, str]:  # noqa: N802  # as MODE_SAID
    return {
        "keep": _("An empty cell keeps what is stored."),
        "clear": _("An empty cell clears what is stored."),
    }


def _nobodys_rows(review: Review) -> Iterator[str]:
    """Of rows without their key, and of those that look like totals: one choice says what becomes of both."""
    if keyless := _keyless_rows(review):
        yield _keyless(review, keyless)
    if totals := review.worksheet.tally.totals:
        skipped = ngettext("{n} row looks like a total: skipped.", "{n} rows look like totals: skipped.", totals)
        taken = ngettext(
            "{n} row looks like a total: taken as a row like the others.",
            "{n} rows look like totals: taken as rows like the others.",
            totals,
        )
        yield format_html(skipped if review.choices.empty_key == "skip" else taken, n=local_number(totals))


def _keyless_rows(review: Review) -> int:
    """How many of the inspected rows have an empty cell where their key should be."""
    choices, inspection = review.choices, review.inspection
    filled = [column.filled for column in inspection.columns if choices.map.get(column.header) in choices.keys]
    return inspection.rows - min(filled, default=inspection.rows) if choices.may_skip_empty_keys else 0


def _keyless(review: Review, count: int) -> str:
    names = format_html_join(" + ", "<b>{}</b>", ((label_of(review.model.entity, name),) for name in review.choices.keys))
    skipped = ngettext("{n} row has no {keys}: skipped.", "{n} rows have no {keys}: skipped.", count)
    created = ngettext("{n} row has no {keys}: created as a new one.", "{n} rows have no {keys}: created as new ones.", count)
    return format_html(skipped if review.choices.skips_empty_keys else created, n=local_number(count), keys=names)


def DUPLICATES_SENTENCES() -> dict[str, str]:  # noqa: N802  # as MODE_SAID
    return {
        "refuse": _("Several rows for one record are all refused."),
        "first": _("Of several rows for one record, the first counts."),
        "last": _("Of several rows for one record, the last counts."),
    }


def _set(review: Review) -> Guess:
    entity = review.model.entity
    pairs = [(label_of(entity, name), shown_value(entity, name, value)) for name, value in review.choices.set.items()]
    values = format_html_join(", ", "<b>{} = {}</b>", pairs)
    return Guess("set", format_html(_("Every row gets {values}."), values=values), part="worksheets/_fixed.html")


def _replace(review: Review) -> str:
    name = review.choices.replace
    if not name:
        return _("Who is not in this list stays as they are.")
    chip = review.clusters.get(name)
    label = chip.label if chip else label_of(review.model.entity, name)
    return format_html(_("Exactly this list: who is not in it <b>leaves {cluster}</b>."), cluster=label)


def _consent(review: Review) -> str:
    entity = review.model.entity
    filled = [name for name in review.choices.map.values() if name in column_mapping.CONSENT]
    labels = [label_of(entity, name) for name in dict.fromkeys([*filled, *column_mapping.consents_by_default(entity)])]
    names = format_html_join(", ", "<b>{}</b>", ((label,) for label in labels))
    sentence = (
        _("Taken over, as you confirmed: {names}.")
        if review.choices.allow_consent
        else _("Only a no is taken over; a yes needs your confirmation: {names}.")
    )
    return format_html(sentence, names=names)


def _readings(review: Review, form: ReviewForm) -> Iterator[Guess]:
    """Columns whose cells can be read in more than one way."""
    open_positions = {question.position for question in review.questions}
    for position in range(len(review.inspection.columns)):
        if not is_taken(review, review.inspection.headers[position]):
            continue
        fields = [] if position in open_positions else form.column_fields(position)
        meanings = form.meanings(position)
        if not fields and not meanings:
            continue
        unknown = [
            bound for bound, _count in meanings if bound.value() == AS_IT_IS and not is_known(review, position, str(bound.label))
        ]
        yield Guess(f"column-{position}", reading(review, position), fields, meanings=meanings, is_open=bool(unknown))


def _format(review: Review) -> str:
    form = review.format
    if form.kind == TEXT:
        sentence = format_html(
            _("Read as text in {encoding}, columns divided by {delimiter}."),
            encoding=encoding_name(form.encoding), delimiter=delimiter_name(form.delimiter),
        )  # fmt: skip
    else:
        several = len(form.sheets)
        sheet = ngettext("its only sheet {sheet}", "sheet {sheet} of {n}", several)
        named = format_html(sheet, sheet=format_html("<b>{}</b>", form.sheet), n=several)
        sentence = format_html(_("Read as a workbook ({kind}), {sheet}."), kind=form.kind, sheet=named)
    row = form.header_row
    heads = _("Row %s names the columns.") % row if row else _without_names(review)
    if labels_row := form.labels_row:
        heads = _("Row %(row)s names the columns, row %(labels)s holds their labels.") % {
            "row": row,
            "labels": labels_row,
        }
    return format_html("{} {}", sentence, heads)


def _without_names(review: Review) -> str:
    if review.choices.header is None:
        return _("No row seems to name the columns, so they are called A, B, C and so on.")
    return _("No row names the columns.")


def _are_columns_open(review: Review, form: ReviewForm) -> bool:
    """Whoever is told to choose what a column fills sees where."""
    return bool(review.full_names) or any(name.startswith("column_") for name in form.errors)
