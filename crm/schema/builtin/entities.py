"""The definition of a built-in entity: its core fields and its initial form."""

from collections.abc import Mapping
from dataclasses import dataclass

from crm.schema.definitions import FieldDefinition
from crm.schema.designs.arranging import list_clusters
from crm.schema.form_design import FormDesign, ListColumn, SectionDesign, spread

CLUSTERS = {"en": "Clusters", "pt-br": "Clusters", "es": "Clústeres"}


@dataclass(frozen=True)
class BuiltIn:
    """`sections` are headings, in each language, with the names of their fields."""

    acronym: str
    labels: Mapping[str, str]
    definitions: tuple[FieldDefinition, ...]
    sections: tuple[tuple[Mapping[str, str], list[str]], ...]
    columns: tuple[str, ...]
    filters: tuple[str, ...]
    related: tuple[str, ...] = ()
    has_clusters: bool = False

    def design(self) -> FormDesign:
        """The form of a fresh site: clusters first, then what a shop's desk looks up most."""
        clusters = [SectionDesign("s0", CLUSTERS, is_clusters=True)] if self.has_clusters else []
        sections = (SectionDesign(f"s{at}", labels, spread(fields)) for at, (labels, fields) in enumerate(self.sections, start=1))
        columns = tuple(ListColumn(name) for name in self.columns)
        design = FormDesign((*clusters, *sections), columns, self.filters, related=self.related)
        return list_clusters(design) if self.has_clusters else design

    def design_with(self, design: FormDesign, added: set[str]) -> FormDesign:
        """The form of a site that was there before, with the fields that came since under the headings of theirs."""
        for labels, names in self.sections:
            fresh = [name for name in names if name in added and name not in design.placed]
            if fresh:
                design = _with_places(design, labels, fresh)
        return design


def _with_places(design: FormDesign, labels: Mapping[str, str], fields: list[str]) -> FormDesign:
    known = next((section for section in design.sections if section.labels.get("en") == labels["en"]), None)
    if known is None:
        section = SectionDesign(design.free_key(), labels, spread(fields))
        return FormDesign(**{**vars(design), "sections": (*design.sections, section)})
    more = spread(fields, len(known.columns))
    columns = tuple((*column, *places) for column, places in zip(known.columns, more, strict=True))
    return design.with_section(SectionDesign(**{**vars(known), "columns": columns}))
