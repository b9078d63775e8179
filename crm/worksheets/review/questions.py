"""What cannot be detected in a column, asked with one of its own cells."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from django.utils.translation import get_language, ngettext, to_locale
from django.utils.translation import gettext as _

from crm.local_numbers import local_number
from crm.schema.fieldtypes.date_spelling import full_year
from crm.worksheets.formats.encodings import encoding_name, encoding_question, unclear_readings
from crm.worksheets.mapping.guessing import COMMA, DAY_FIRST, MONTH_FIRST, POINT, Question
from crm.worksheets.mapping.inspection import LOCAL_DATE
from crm.worksheets.review.column_sentences import label_of
from crm.worksheets.review.reviewing import Review
from crm.worksheets.review.rivals import rival_control, rival_options


@dataclass(frozen=True)
class PromptOption:
    value: str
    label: str


@dataclass(frozen=True)
class Prompt:
    """The question in words, the field of the form that answers it, and the answers."""

    name: str
    text: str
    options: list[PromptOption]


def in_words(review: Review, *, is_key_stated: bool) -> Iterator[str]:
    """What the page would ask, or warns of, for a command, which has to state the answers."""
    if not is_key_stated and _finds_nobody(review):
        yield _("No column tells which records these are: state one with --key, or --mode create to make a record of every row.")
    if unclear := review.format.text.unclear:
        yield encoding_question(unclear)
    for question in review.questions:
        option = "--dates" if question.kind == "dates" else "--decimal"
        yield f"{prompt_for(question).text} ({option})"
    for name, headers in review.rivals.items():
        columns = ", ".join(f"“{header}”" for header in headers)
        yield _("Several columns could fill %(field)s, state one with --map: %(columns)s.") % {"field": name, "columns": columns}


def _finds_nobody(review: Review) -> bool:
    """Return True if every row would be a new record, although nobody asked for that and no open column could be the key."""
    choices, fields = review.choices, map(review.model.entity.field, review.rivals)
    has_no_key = choices.mode != "create" and choices.is_by_id and "id" not in choices.map.values()
    return has_no_key and not any(field and field.unique for field in fields)


def prompts(review: Review) -> list[Prompt]:
    """What the page asks before anything is rehearsed."""
    return [*_encoding(review), *map(prompt_for, review.questions), *(_which_column(review, name) for name in review.rivals)]


def _encoding(review: Review) -> Iterator[Prompt]:
    if unclear := review.format.text.unclear:
        options = [PromptOption(name, f"{text}: {encoding_name(name)}") for name, text in unclear_readings(unclear)]
        yield Prompt("encoding", _("How are these letters to be read?"), options)


def _which_column(review: Review, name: str) -> Prompt:
    text = _("Which column fills {field}?").format(field=label_of(review.model.entity, name))
    return Prompt(rival_control(name), text, [PromptOption(*option) for option in rival_options(review, name)])


def prompt_for(question: Question) -> Prompt:
    name = f"{question.kind}_{question.position}"
    ways = _dates(question) if question.kind == "dates" else _decimals(question)
    return Prompt(name, _contradiction(question) if question.is_contradictory else _doubt(question), ways)


def _doubt(question: Question) -> str:
    count = question.evidence.either
    text = _("How is “{cell}” in {header} to be read?").format(cell=question.evidence.example, header=question.header)
    alike = ngettext("{n} cell can be read both ways.", "{n} cells can be read both ways.", count).format(n=local_number(count))
    return f"{text} {alike}"


def _contradiction(question: Question) -> str:
    text = (
        _("{header} has dates that can only begin with the day ({one}) and with the month ({other}). How are they to be read?")
        if question.kind == "dates"
        else _("{header} has numbers with a decimal comma ({one}) and with a decimal point ({other}). How are they to be read?")
    )
    return text.format(
        header=question.header, one=local_number(question.evidence.one), other=local_number(question.evidence.other)
    )


def _dates(question: Question) -> list[PromptOption]:
    """As days in words, where there is an example."""
    labels = {DAY_FIRST: _("day first (31/12/2026)"), MONTH_FIRST: _("month first (12/31/2026)")}
    if found := LOCAL_DATE.fullmatch(question.evidence.example):
        first, second, year = int(found[1]), int(found[2]), int(full_year(found[3]))
        days = {DAY_FIRST: date(year, second, first), MONTH_FIRST: date(year, first, second)}
        labels = {order: f"{_in_words(days[order])}: {label}" for order, label in labels.items()}
    return [PromptOption(order, label) for order, label in labels.items()]


def _in_words(day: date) -> str:
    """With the month's name: in digits alone it would not be clear."""
    return format_date(day, "long", locale=to_locale(get_language() or "en"))


def _decimals(question: Question) -> list[PromptOption]:
    """As numbers, where there is an example: a sign before three digits divides thousands or decimals."""
    labels = {COMMA: _("a comma begins the decimals (1.234,50)"), POINT: _("a point begins the decimals (1,234.50)")}
    cell = question.evidence.example
    if cell:
        as_thousands, as_decimals = cell.replace(",", "").replace(".", ""), cell.replace(",", ".")
        by_sign = {sign: as_decimals if sign in cell else as_thousands for sign in (COMMA, POINT)}
        shown = {sign: _("refused") if question.is_whole and sign in cell else by_sign[sign] for sign in labels}
        labels = {sign: f"{shown[sign]}: {label}" for sign, label in labels.items()}
    return [PromptOption(sign, label) for sign, label in labels.items()]
