"""Which column of the worksheet fills which field."""

from collections.abc import Collection, Sequence
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from django.utils.translation import gettext as _

from crm.records.validating import default_value
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.names import SYSTEM_WORDS
from crm.worksheets.errors import InvalidMapping
from crm.worksheets.formats.repeated_headers import originals
from crm.worksheets.mapping.similarity import suggestion

LISTED = 10  # headers in a refusal
SHOWN = 60  # characters of each
CONSENT = {"isNewsletterOptIn", "approved"}
READ_ONLY = {word.lower() for word in SYSTEM_WORDS} - {"id"} | {"crm_version", "_row", "_record", "_error"}


@dataclass(frozen=True)
class ColumnMapping:
    """Field by column position; `ignored` are headers that nothing is taken from.

    A column of whole names fills its field with the first word; `rests` says by position which field gets the other words.
    """

    fields: dict[int, str]
    ignored: list[str]
    rests: dict[int, str] = dataclass_field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        return [*self.fields.values(), *self.rests.values()]

    def target(self, position: int) -> str | None:
        """As `stated` says it: a field, or two that share a name."""
        name, rest = self.fields.get(position), self.rests.get(position)
        return f"{name}+{rest}" if rest else name


def map_columns(
    headers: Sequence[str],
    entity: EntityDefinition,
    *,
    stated: MappingType[str, str],
    ignore: Sequence[str] = (),
    is_by_id: bool = True,
    for_new: Collection[str] = (),
) -> ColumnMapping:
    """Maps by what is stated, then by name and label; a stated `firstName+lastName` divides whole names.

    An id that is not the key is ignored, as it could name another record than the key does, unless its header is among those
    that are taken `for_new` records alone. Raises InvalidMapping for unknown headers and fields.
    """
    _check_stated(headers, entity, stated)
    fields: dict[int, str] = {}
    rests: dict[int, str] = {}
    ignored: list[str] = []
    unknown: list[str] = []
    repeats = originals(headers)
    for position, (header, repeated) in enumerate(zip(headers, repeats, strict=True)):
        name = stated.get(header) or _first_named((header, repeated), entity)
        name, _plus, rest = name.partition("+") if name else (None, "", "")
        is_other_id = name == "id" and not is_by_id and header not in for_new
        is_ignored = header in ignore or (repeated in ignore and header not in stated)
        if is_ignored or is_other_id or _is_read_only(header, name, entity):
            ignored.append(header)
        elif name:
            fields[position] = name
            rests |= {position: rest} if rest else {}
        else:
            unknown.append(header)
    _refuse_nameless(headers, fields, ignored)
    _refuse(unknown, fields, entity)
    _refuse_rivals(headers, repeats, fields, rests)
    return ColumnMapping(fields, ignored, rests)


def field_named(header: str, entity: EntityDefinition) -> str | None:
    """The field of this name or label; a label in the reader's language goes first."""
    low = header.lower()
    if low == "id":
        return "id"
    ways = (lambda field: {field.name.lower()}, lambda field: {field.label.lower()}, _labels)
    return next((field.name for words in ways for field in entity.visible_fields if low in words(field)), None)


def _first_named(headers: Sequence[str], entity: EntityDefinition) -> str | None:
    return next((name for header in dict.fromkeys(headers) if (name := field_named(header, entity))), None)


def consent_fields(entity: EntityDefinition) -> list[FieldDefinition]:
    """The Booleans that may only be set with the customer's consent."""
    return [field for field in entity.visible_fields if field.name in CONSENT and field.type == "Boolean"]


def consents_by_default(entity: EntityDefinition) -> list[str]:
    """Those that new records would have by default."""
    return [field.name for field in consent_fields(entity) if default_value(field)]


def is_left_out(header: str) -> bool:
    """Return True for a system column, or one that an error worksheet adds."""
    return header.lower() in READ_ONLY


def may_be_filled(name: str, entity: EntityDefinition) -> bool:
    field = entity.field(name)
    return name == "id" or (field is not None and fieldtypes.is_writable(field))


def parts_of(target: str) -> list[str]:
    """The fields that a column fills: one, or two that share a whole name."""
    return target.split("+", 1)


def _labels(field: FieldDefinition) -> set[str]:
    return {label.lower() for label in field.labels.values()}


def _is_read_only(header: str, name: str | None, entity: EntityDefinition) -> bool:
    if is_left_out(header) or _is_of_related(header, entity):
        return True
    field = entity.field(name) if name else None
    return field is not None and not fieldtypes.is_writable(field)


def _is_of_related(header: str, entity: EntityDefinition) -> bool:
    """Return True if exports name a column of referenced records like this: `userId.email`."""
    first, dot, _rest = header.partition(".")
    field = entity.field(first) if dot else None
    return field is not None and fieldtypes.is_relation(field)


def _check_stated(headers: Sequence[str], entity: EntityDefinition, stated: MappingType[str, str]) -> None:
    for header, name in stated.items():
        if header not in headers:
            raise InvalidMapping(_("The worksheet has no column “%s”.") % header)
        if name != "id" and any(entity.field(part) is None for part in parts_of(name)):
            raise InvalidMapping(_("%(entity)s has no field “%(name)s”.") % {"entity": entity.acronym, "name": name})


def _refuse_nameless(headers: Sequence[str], fields: MappingType[int, str], ignored: Sequence[str]) -> None:
    for position, header in enumerate(headers):
        if not header and position not in fields and header not in ignored:
            raise InvalidMapping(_("Column %s has no name. Give it one, or take nothing from it.") % (position + 1))


def _refuse(unknown: list[str], fields: dict[int, str], entity: EntityDefinition) -> None:
    if unknown:
        field_named = [f"“{header[:SHOWN]}”" + _hint(header, entity) for header in unknown[:LISTED]]
        more = _(" and %s more") % (len(unknown) - LISTED) if len(unknown) > LISTED else ""
        raise InvalidMapping(
            _("No field is named %(headers)s. Map it or ignore it. The fields are: %(fields)s.")
            % {"headers": ", ".join(field_named) + more, "fields": ", ".join(field.name for field in entity.visible_fields)}
        )
    if not fields:
        raise InvalidMapping(_("No column of the worksheet is mapped to a field."))


def _refuse_rivals(
    headers: Sequence[str], repeats: Sequence[str], fields: MappingType[int, str], rests: MappingType[int, str]
) -> None:
    """Raises InvalidMapping with the columns that would fill the same field."""
    filling = [*fields.items(), *rests.items()]
    places = {name: [place for place, other in filling if other == name] for _place, name in filling}
    twice = {name: rivals for name, rivals in sorted(places.items()) if len(rivals) > 1}
    for name, rivals in twice.items():
        if repeat := next((place for place in rivals if repeats[place] != headers[place]), None):
            raise InvalidMapping(
                _("The header “%(header)s” occurs twice and both columns would fill %(field)s: map or ignore one, as “%(name)s”.")
                % {"header": repeats[repeat], "field": name, "name": headers[repeat]}
            )
    if twice:
        raise InvalidMapping(" ".join(_alike(name, [headers[place] for place in rivals]) for name, rivals in twice.items()))


def _alike(name: str, headers: Sequence[str]) -> str:
    columns = ", ".join(f"“{header[:SHOWN]}”" for header in headers[:LISTED])
    text = _("More than one column is mapped to %(field)s: %(columns)s. Let only one of them fill it.")
    return text % {"field": name, "columns": columns}


def _hint(header: str, entity: EntityDefinition) -> str:
    like = suggestion(header, entity)
    return _(" (did you mean %s?)") % like if like else ""
