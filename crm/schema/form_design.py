"""A form's design as plain values: sections of the record page, columns, filters and order of the list."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

Column = tuple["PlaceDesign", ...]
RULES = ("shown_if", "required_if", "read_only_if")  # of a place
CLUSTERS_COLUMN = "_clusters"  # among columns and filters of a list: the one of all clusters; no field is called so


@dataclass(frozen=True)
class PlaceDesign:
    """A field's place in a section. Its settings can only be stricter than the field's own.

    The rules ask the record: what is shown and required follows from what is typed, what is read-only from what is stored.
    """

    field: str
    read_only: bool = False
    required: bool = False
    help_text: str = ""
    default: Any = None  # JSON value of the field's type, for new records
    combo_box: bool = True  # a relationship is picked by searching, instead of typed as an id
    shown_if: str = ""
    required_if: str = ""
    read_only_if: str = ""


@dataclass(frozen=True)
class SectionDesign:
    """A heading and one or two columns of fields. `key` names it within its form for as long as it is there."""

    key: str
    labels: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[Column, ...] = ((),)
    is_clusters: bool = False

    @property
    def places(self) -> Column:
        return tuple(place for column in self.columns for place in column)


@dataclass(frozen=True)
class ListColumn:
    """A column of the list; `width` in pixels, or 0 for as wide as its content."""

    field: str
    width: int = 0


@dataclass(frozen=True)
class FormDesign:
    """`related` are the fields of other entities (`AD.userId`) whose records a record's page lists; `query` is a rule."""

    sections: tuple[SectionDesign, ...] = ()
    list_columns: tuple[ListColumn, ...] = ()
    filters: tuple[str, ...] = ()
    highlights: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    sort: str = ""
    query: str = ""

    def __iter__(self) -> Iterator[PlaceDesign]:
        return (place for section in self.sections for place in section.places)

    @property
    def listed(self) -> list[str]:
        return [column.field for column in self.list_columns]

    @property
    def placed(self) -> list[str]:
        return [place.field for place in self]

    def section(self, key: str) -> SectionDesign | None:
        return next((section for section in self.sections if section.key == key), None)

    def with_section(self, section: SectionDesign) -> "FormDesign":
        """With this section instead of the one of its key."""
        return replace(self, sections=tuple(section if each.key == section.key else each for each in self.sections))

    def free_key(self) -> str:
        """A key that no section has."""
        taken = {section.key for section in self.sections}
        return next(key for number in range(1, len(taken) + 2) if (key := f"s{number}") not in taken)

    def only(self, names: Container[str]) -> "FormDesign":
        """Without anything that names other fields than these. Order and query stay: they are checked when they are used."""
        sections = (replace(section, columns=_only(section.columns, names)) for section in self.sections)
        return replace(
            self,
            sections=tuple(sections),
            list_columns=tuple(column for column in self.list_columns if column.field in names or _is_of_clusters(column.field)),
            filters=tuple(name for name in self.filters if name in names or _is_of_clusters(name)),
            highlights=tuple(name for name in self.highlights if name in names),
        )

    def to_json(self) -> dict[str, Any]:
        return {name: _plain(value) for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "FormDesign":
        """What a later release added is left out."""
        known = _known(cls, document)
        sections = tuple(_section(section) for section in known.pop("sections", ()))
        columns = tuple(ListColumn(**_known(ListColumn, column)) for column in known.pop("list_columns", ()))
        texts = {name: known.pop(name) for name in ("sort", "query") if name in known}
        named: dict[str, Any] = {name: tuple(names) for name, names in known.items()} | texts
        return cls(sections, columns, **named)


def spread(fields: Iterable[str], columns: int = 2) -> tuple[Column, ...]:
    """Places for the fields, distributed so that they read row by row."""
    places = [PlaceDesign(name) for name in fields]
    return tuple(tuple(places[column::columns]) for column in range(columns))


def _is_of_clusters(name: str) -> bool:
    return name == CLUSTERS_COLUMN


def _only(columns: Iterable[Column], names: Container[str]) -> tuple[Column, ...]:
    return tuple(tuple(place for place in column if place.field in names) for column in columns)


def _section(document: Mapping[str, Any]) -> SectionDesign:
    known = _known(SectionDesign, document)
    columns = (tuple(PlaceDesign(**_known(PlaceDesign, place)) for place in column) for column in known.pop("columns", ()))
    return SectionDesign(**known, columns=tuple(columns) or ((),))


def _plain(value: Any) -> Any:  # Any: of a design, and JSON
    """As it comes back from JSON, so that documents can be compared."""
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return {key: _plain(item) for key, item in value.items()} if isinstance(value, dict) else value


def _known(kind: type, document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: document[name] for name in kind.__dataclass_fields__ if name in document}  # type: ignore[attr-defined]  # a dataclass
