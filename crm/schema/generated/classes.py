"""Model classes made from one publication, kept out of Django's global registry."""

from collections.abc import Iterator

from django.apps import AppConfig
from django.apps.registry import Apps
from django.db import models

from crm.schema.definitions import EntityDefinition, FieldDefinition, Snapshot
from crm.schema.errors import EntityGone
from crm.schema.fieldtypes.columns import column_from
from crm.schema.generated import constraints
from crm.schema.record import ByteOrderedChar, Record

APP_LABEL = "record"


class GeneratedConfig(AppConfig):
    """Gives the registry an app to list models under; without one, reverse relations vanish."""

    def __init__(self) -> None:
        self.name = self.label = APP_LABEL
        self.module = self.apps = None
        self.models = {}

    def import_models(self) -> None:
        self.models = self.apps.all_models[self.label]  # type: ignore[union-attr]  # set when it is taken in


class GeneratedModels(Apps):
    """Every entity of one snapshot, generated together, so that relations never mix publications."""

    def __init__(self, number: int, snapshot: Snapshot) -> None:
        super().__init__([GeneratedConfig()])
        self.number = number
        self.snapshot = snapshot
        for entity in snapshot:
            self._add(entity)

    def __getitem__(self, acronym: str) -> type[Record]:
        """The model of an entity. Raises EntityGone."""
        if acronym not in self.snapshot.entities:
            raise EntityGone(acronym)
        return self.get_model(APP_LABEL, acronym.lower())

    def __contains__(self, acronym: str) -> bool:
        return acronym in self.snapshot.entities

    def __iter__(self) -> Iterator[EntityDefinition]:
        return iter(self.snapshot)

    def entity(self, acronym: str) -> EntityDefinition:
        """Raises EntityGone."""
        if acronym not in self.snapshot.entities:
            raise EntityGone(acronym)
        return self.snapshot.entities[acronym]

    def _add(self, entity: EntityDefinition) -> None:
        meta = {
            "apps": self,
            "app_label": APP_LABEL,
            "db_table": entity.table,
            "constraints": constraints.unique_constraints(entity),
            "indexes": constraints.plain_indexes(entity),
        }
        attributes = {"__module__": __name__, "Meta": type("Meta", (), meta), "entity": entity, **self._columns(entity)}
        type(entity.acronym, (Record,), attributes)

    def _columns(self, entity: EntityDefinition) -> dict[str, models.Field]:
        """The Django fields of an entity's visible fields as published, keyed by name; a Rule has no column."""
        made = ((field, published_column(field)) for field in entity.visible_fields)
        return {
            field.name: column if self._has_target(column) else plain_id(field) for field, column in made if column is not None
        }

    def _has_target(self, column: models.Field) -> bool:
        """Return True if a relationship's other end is here: an unresolved relation would make every query fail."""
        target = column.remote_field.model if column.remote_field else None
        return target is None or str(target).rpartition(".")[2].upper() in self.snapshot.entities


def plain_id(field: FieldDefinition) -> models.Field:
    """The column of a relationship to an entity that is not there."""
    return ByteOrderedChar(max_length=100, null=True, db_column=field.column["kwargs"]["db_column"], verbose_name=field.label)


def published_column(field: FieldDefinition) -> models.Field | None:
    return column_from(field.column, field) if field.column else None
