"""An empty workbook for a form: its fields as columns, drop-downs for fields with options, and a sheet that explains them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.people.actors import Actor
from crm.records.access import may_write
from crm.records.layouts import Layout
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.fieldtypes.choice import options_of
from crm.schema.fieldtypes.errors import InvalidValue
from crm.worksheets.formats.reading.workbook.book import letters_of
from crm.worksheets.formats.tables import Table
from crm.worksheets.formats.writing import xlsx, xlsx_parts
from crm.worksheets.formats.writing.base import sheet_name
from crm.worksheets.formats.writing.markup import escaped
from crm.worksheets.formats.writing.zipping import zipped

OPTIONS = "Options"  # a hidden sheet: formulas name it
LAST_ROW = xlsx.XlsxFormat.most_rows


@dataclass(frozen=True)
class TemplateColumn:
    """A column of the template."""

    field: FieldDefinition
    is_required: bool

    @property
    def type(self) -> fieldtypes.FieldType:
        return fieldtypes.get(self.field.type)

    @property
    def options(self) -> list[str]:
        """What its drop-down offers."""
        return option_labels(self.field) if self.type.kind == "choice" else []


def template_columns(entity: EntityDefinition, layout: Layout, *, actor: Actor) -> list[TemplateColumn]:
    """The fields of a form that the actor may fill, in the form's order, each once."""
    found: dict[str, TemplateColumn] = {}
    for section in layout.sections:
        for place in section.places:
            if not place.read_only and may_write(actor, entity, place.field):
                found.setdefault(place.field.name, TemplateColumn(place.field, place.required or not place.field.nullable))
    return list(found.values())


def option_labels(field: FieldDefinition) -> list[str]:
    """The labels of a Choice; its values where a label would be read as another option."""
    pairs = options_of(field)
    kind = fieldtypes.get(field.type)
    try:
        is_clear = all(kind.clean(label, field) == value for value, label in pairs)
    except InvalidValue:
        is_clear = False
    return [label if is_clear else value for value, label in pairs]


def chunks(entity: EntityDefinition, places: Sequence[TemplateColumn]) -> Iterator[bytes]:
    """The workbook, as pieces to be sent."""
    at = timezone.now()
    names = [sheet_name(entity.name), sheet_name(_("Notes")), OPTIONS]
    sheets = [
        xlsx.sheet(
            Table("", [place.field.name for place in places], [place.type.workbook_cell for place in places], [], at),
            after=_validations(places),
        ),
        xlsx.sheet(_notes(places)),
        xlsx.sheet(_options(places)),
    ]
    parts = ((xlsx_parts.sheet_part(number), sheet) for number, sheet in enumerate(sheets, start=1))
    return zipped([*xlsx_parts.around(names, at, hidden=[OPTIONS]), *parts], at)


def _notes(places: Sequence[TemplateColumn]) -> Table:
    headers = [_("Column"), _("Name"), _("Type"), _("Example"), _("Required"), _("Unique"), _("Options"), _("Description")]
    rows = [_note(place) for place in places]
    return Table("", headers, ["text"] * len(headers), [list(zip(*rows, strict=True))] if rows else [], timezone.now())


def _note(place: TemplateColumn) -> tuple[str, ...]:
    field = place.field
    yes = _("yes")
    options = ", ".join(label for _value, label in options_of(field))
    return (
        field.name, field.label, field.type, place.type.sample, yes if place.is_required else "", yes if field.unique else "",
        options, field.description,
    )  # fmt: skip


def _options(places: Sequence[TemplateColumn]) -> Table:
    """A column for each drop-down, below its field's name."""
    lists = [(place.field.name, place.options) for place in places if place.options]
    longest = max((len(options) for _name, options in lists), default=0)
    columns = [[*options, *[""] * (longest - len(options))] for _name, options in lists]
    return Table("", [name for name, _options in lists], ["text"] * len(lists), [columns] if longest else [], timezone.now())


def _validations(places: Sequence[TemplateColumn]) -> str:
    rules = list(_rules(places))
    return f'<dataValidations count="{len(rules)}">{"".join(rules)}</dataValidations>' if rules else ""


def _rules(places: Sequence[TemplateColumn]) -> Iterator[str]:
    listed = 0
    for number, place in enumerate(places):
        if place.options:
            source = f"{OPTIONS}!${letters_of(listed)}$2:${letters_of(listed)}${len(place.options) + 1}"
            listed += 1
        elif place.type.workbook_cell == "boolean":
            source = '"true,false"'
        else:
            continue
        cells = f"{letters_of(number)}2:{letters_of(number)}{LAST_ROW}"
        yield (
            '<dataValidation type="list" allowBlank="1" showErrorMessage="1" '
            f'sqref="{cells}"><formula1>{escaped(source)}</formula1></dataValidation>'
        )
