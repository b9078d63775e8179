"""Guesses the mapping of a worksheet, which the review starts from, and the questions that only a person can answer."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.record import Record
from crm.worksheets.mapping import key_detection
from crm.worksheets.mapping.cell_evidence import holds_record_ids
from crm.worksheets.mapping.choices import ImportChoices
from crm.worksheets.mapping.column_proposals import ColumnProposals, propose_columns
from crm.worksheets.mapping.inspection import ColumnInspection, Evidence, Inspection
from crm.worksheets.mapping.stated import Stated

DAY_FIRST, MONTH_FIRST = "dmy", "mdy"
COMMA, POINT = ",", "."


@dataclass(frozen=True)
class Question:
    """What only a person can say of a column: how its dates or its decimals are written."""

    position: int
    header: str
    kind: str  # "dates" or "decimal"
    evidence: Evidence
    is_whole: bool = False  # a whole number has no decimals: read with the sign before three of them, it is refused

    @property
    def is_contradictory(self) -> bool:
        return bool(self.evidence.one and self.evidence.other)


def guess(
    model: type[Record],
    inspection: Inspection,
    *,
    cluster: str,
    former: Mapping[str, str],
    start: ImportChoices,
    proposals: ColumnProposals | None = None,
    stated: Stated | None = None,
) -> ImportChoices:
    """`former` are fields by header in earlier worksheets; `start` holds what is already chosen of the file's format."""
    stated_fields = stated.fields(inspection.headers) if stated else {}
    proposed = proposals or propose_columns(inspection, model.entity, former=former, stated=stated_fields)
    fields = proposed.fields
    key = key_detection.best_key(model, inspection, fields, start)
    if key and stated_fields.get(key.position, key.field) == key.field:
        fields = {place: name for place, name in fields.items() if name != key.field} | {key.position: key.field}
    keys = [key.field] if key and fields.get(key.position) == key.field else _likely_keys(fields, model.entity)
    ids = _made_ids(fields, inspection) if not cluster else ""
    filled = {inspection.headers[place]: name for place, name in fields.items()}
    named = {header: name for header, name in filled.items() if name != "id" or keys == ["id"] or header == ids}
    is_membership = bool(cluster) and cluster not in fields.values()
    choices = replace(
        start,
        keys=keys,
        mode="update" if cluster else "create" if ids and keys == ["id"] and not key else "upsert",
        map=named,
        ignore=[header for header in inspection.headers if header not in named],
        set={cluster: "true"} if is_membership else {},
        duplicates="first" if is_membership else start.duplicates,  # a record that is listed twice is a member once
    )
    if cluster:
        choices = _for_new_ones_only(choices, {*keys, cluster})
    if stated:
        choices = stated.over(choices, model.entity)
    if not choices.is_by_id and choices.map.get(ids) == "id":
        choices = choices.with_column(ids, takes="new")
    return with_cells_guessed(choices, inspection, model.entity)


def _made_ids(fields: Mapping[int, str], inspection: Inspection) -> str:
    """The header of the column whose ids new records can keep, so that what refers to them elsewhere finds them."""
    places = [place for place, name in fields.items() if name == "id" and holds_record_ids(inspection.columns[place])]
    return inspection.headers[places[0]] if places else ""


def _for_new_ones_only(choices: ImportChoices, but: set[str]) -> ImportChoices:
    """A list of members says who is a member; its other columns overwrite nothing."""
    for header, name in choices.map.items():
        if name not in but:
            choices = choices.with_column(header, takes="new")
    return choices


def with_cells_guessed(choices: ImportChoices, inspection: Inspection, entity: EntityDefinition) -> ImportChoices:
    """Dates and decimals as the cells show without doubt: those of the column, else those of the worksheet's other numbers."""
    mapped = _mapped(choices, inspection, entity)
    elsewhere = _decimal_of_all([column for column, field in mapped if "decimal" in fieldtypes.get(field.type).reading_options])
    for column, field in mapped:
        ways, own = fieldtypes.get(field.type).reading_options, choices.column(column.header)
        if "dates" in ways and not own.dates and (dates := sure_dates(column)):
            choices = choices.with_column(column.header, dates=dates)
        decimal = sure_decimal(column) or _borrowed(column, elsewhere)
        if "decimal" in ways and not own.decimal and decimal:
            choices = choices.with_column(column.header, decimal=decimal, is_grouped=column.is_grouped)
    return choices


def without_contradicted_cells(choices: ImportChoices, inspection: Inspection) -> ImportChoices:
    """Without remembered dates and decimals of columns whose own cells show, or contradict, how they are written."""
    for column in inspection.columns:
        own = choices.column(column.header)
        if own.dates and (column.dates.one or column.dates.other):
            choices = choices.with_column(column.header, dates="")
        if own.decimal and (column.decimals.one or column.decimals.other):
            choices = choices.with_column(column.header, decimal="")
    return choices


def with_key_guessed(choices: ImportChoices, entity: EntityDefinition) -> ImportChoices:
    """Chooses a key where none is chosen and a filled column could be
    one: otherwise importing the same list again would be refused."""
    filled = dict(enumerate(choices.map.values()))
    is_open = choices.is_by_id and "id" not in filled.values()
    return replace(choices, keys=_likely_keys(filled, entity)) if is_open else choices


def sure_dates(column: ColumnInspection) -> str:
    return _sure(column.dates, DAY_FIRST, MONTH_FIRST)


def sure_decimal(column: ColumnInspection) -> str:
    return _sure(column.decimals, COMMA, POINT)


def _borrowed(column: ColumnInspection, elsewhere: str) -> str:
    """The sign that begins decimals in the worksheet's other numbers, where it makes this column's cells whole.

    `1.234` beside `2,50` is 1234. Beside `2.50` it would be 1.234, cut to 1.23: more likely somebody's thousands, so it is asked.
    `1 234` is 1234 whichever sign it is.
    """
    if column.is_grouped and not column.decimals.is_there:
        return elsewhere or POINT
    return elsewhere if column.decimals.either and elsewhere not in column.decimals.example else ""


def _decimal_of_all(columns: list[ColumnInspection]) -> str:
    """The sign that begins decimals wherever it can be seen; empty where columns differ or none shows it."""
    evidence = [column.decimals for column in columns]
    found = {sign for seen in evidence for sign, count in ((COMMA, seen.one), (POINT, seen.other)) if count}
    return found.pop() if len(found) == 1 else ""


def questions(choices: ImportChoices, inspection: Inspection, entity: EntityDefinition) -> list[Question]:
    """What is still open."""
    found = []
    for column, field in _mapped(choices, inspection, entity):
        ways, own, place = (
            fieldtypes.get(field.type).reading_options,
            choices.column(column.header),
            inspection.headers.index(column.header),
        )
        if "dates" in ways and not own.dates and column.dates.is_doubtful:
            found.append(Question(place, column.header, "dates", column.dates))
        if "decimal" in ways and not own.decimal and column.decimals.is_doubtful:
            found.append(Question(place, column.header, "decimal", column.decimals, fieldtypes.get(field.type).kind == "integer"))
    return found


def _likely_keys(fields: Mapping[int, str], entity: EntityDefinition) -> list[str]:
    """Nothing in it is known yet, so any unique field will do; an id would refuse all of its rows."""
    unique = [field.name for field in entity.visible_fields if field.unique and field.name in fields.values()]
    return unique[:1] or ["id"]


def _mapped(
    choices: ImportChoices, inspection: Inspection, entity: EntityDefinition
) -> list[tuple[ColumnInspection, FieldDefinition]]:
    pairs = ((column, entity.field(choices.map.get(column.header, ""))) for column in inspection.columns)
    return [(column, field) for column, field in pairs if field and not choices.is_idle(column.header)]


def _sure(evidence: Evidence, one: str, other: str) -> str:
    if evidence.is_doubtful or not (evidence.one or evidence.other):
        return ""
    return one if evidence.one else other
