"""The draft of the schema (entities, fields, indexes, forms) and its publications."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.people.models import Role
from crm.schema.definitions import EntityDefinition, FieldDefinition, IndexDefinition, Snapshot, in_language
from crm.schema.form_design import FormDesign


class PresentEntities(models.Manager["DataEntity"]):
    """Those that were not removed."""

    def get_queryset(self) -> models.QuerySet["DataEntity"]:
        return super().get_queryset().filter(removed=False)


class DataEntity(models.Model):
    """A kind of record, as drafted."""

    acronym = models.CharField(max_length=10, unique=True)
    names = models.JSONField(default=dict)
    key = models.CharField(
        max_length=10, default="made", db_default="made", choices=[("made", _("made here")), ("given", _("given"))]
    )
    locked = models.BooleanField(default=False)
    removed = models.BooleanField(
        default=False, db_default=False
    )  # with its fields and forms, until it is restored or deleted for good
    position = models.PositiveIntegerField(default=0)

    everything = models.Manager()
    objects = PresentEntities()

    class Meta:
        ordering = ["position", "acronym"]
        verbose_name = _("entity")
        base_manager_name = "everything"
        default_manager_name = "objects"

    def __str__(self) -> str:
        return in_language(self.names, self.acronym)

    def definition(self) -> EntityDefinition:
        return EntityDefinition(
            acronym=self.acronym,
            names=self.names,
            key=self.key,  # type: ignore[arg-type]  # one of its choices
            fields=tuple(field.definition() for field in self.fields.all()),
            indexes=tuple(index.definition() for index in self.indexes.all()),
        )


class Field(models.Model):
    """A field, as drafted; the attributes are those of `FieldDefinition`."""

    entity = models.ForeignKey(DataEntity, models.CASCADE, related_name="fields")
    position = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=50)
    type = models.CharField(max_length=30)
    labels = models.JSONField(default=dict)
    description = models.CharField(max_length=750, blank=True)
    nullable = models.BooleanField(default=True)
    default = models.JSONField(null=True)
    searchable = models.BooleanField(default=True)
    filterable = models.BooleanField(default=True)
    unique = models.BooleanField(default=False)
    hidden = models.BooleanField(default=False)
    locked = models.BooleanField(default=False)
    read_only = models.BooleanField(default=False)
    public_read = models.BooleanField(default=False)
    public_write = models.BooleanField(default=False)
    public_filter = models.BooleanField(default=False)
    options = models.JSONField(default=dict)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(models.functions.Lower("name"), "entity", name="field_name_once")]
        verbose_name = _("field")

    def __str__(self) -> str:
        return self.name

    def definition(self) -> FieldDefinition:
        return FieldDefinition(**{name: getattr(self, name) for name in DRAFTED})

    @classmethod
    def from_definition(cls, definition: FieldDefinition, **where: Any) -> "Field":  # Any: entity and position
        return cls(**{name: getattr(definition, name) for name in DRAFTED}, **where)


DRAFTED = tuple(name for name in FieldDefinition.__dataclass_fields__ if name != "column")


class Index(models.Model):
    """An index over one or several fields, as drafted."""

    entity = models.ForeignKey(DataEntity, models.CASCADE, related_name="indexes")
    name = models.CharField(max_length=50)
    fields = models.JSONField(default=list)
    unique = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint("entity", "name", name="index_name_once")]

    def __str__(self) -> str:
        return self.name

    def definition(self) -> IndexDefinition:
        return IndexDefinition(self.name, tuple(self.fields), self.unique)


class Form(models.Model):
    """How records of an entity are listed and edited; in force as soon as it is saved.

    Without an owner everybody has it, or everybody of its role: they see it where a page names none.
    """

    entity = models.ForeignKey(DataEntity, models.CASCADE, related_name="forms")
    name = models.SlugField(max_length=50, default="default")
    labels = models.JSONField(default=dict)
    is_default = models.BooleanField(default=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    role = models.CharField(max_length=10, choices=Role, blank=True, default="", db_default="")
    design = models.JSONField(default=dict)

    class Meta:
        ordering = ["-is_default", "name"]
        constraints = [
            models.UniqueConstraint("entity", "name", name="form_name_once"),
            models.UniqueConstraint("entity", condition=models.Q(is_default=True), name="default_form_once"),
        ]

    def __str__(self) -> str:
        return in_language(self.labels, self.name)

    def content(self) -> FormDesign:
        return FormDesign.from_json(self.design)


class FormVersion(models.Model):
    """What a form was before a change, or before it was deleted; by its name, so that it outlives the form."""

    entity = models.ForeignKey(DataEntity, models.CASCADE, related_name="form_versions")
    form = models.SlugField(max_length=50)
    document = models.JSONField()
    what = models.CharField(max_length=200)  # message about what was done then
    is_deletion = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=254, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["entity", "form", "-id"], name="formversion_of_form")]

    def __str__(self) -> str:
        return self.what

    @property
    def title(self) -> str:
        return in_language(self.document["labels"], self.form)


class Publication(models.Model):
    """An immutable numbered snapshot of all published entities."""

    number = models.PositiveIntegerField(primary_key=True)
    snapshot = models.JSONField()
    digest = models.CharField(max_length=64)
    operations = models.JSONField(default=list)  # [{"sentence", "risk"}]: what it changed
    published_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"#{self.number}"

    def content(self) -> Snapshot:
        return Snapshot.from_json(self.snapshot)


class Preparation(models.Model):
    """A shadow column that is being filled before the publication that replaces another by it (PostgreSQL)."""

    entity = models.CharField(max_length=10)
    field = models.CharField(max_length=50)
    target = models.CharField(max_length=64)  # digest of what is converted into what
    done_to = models.CharField(max_length=100, blank=True)  # the last record whose value was converted
    done = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("entity", "field", name="preparation_once")]

    def __str__(self) -> str:
        return f"{self.entity}.{self.field}"


class TouchedRecord(models.Model):
    """A record whose old value was written after it was converted, noted by a trigger of the record table."""

    preparation = models.BigIntegerField(db_index=True)
    record = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.record


class LeftOutRecord(models.Model):
    """A record whose value does not fit the new type."""

    preparation = models.BigIntegerField()
    record = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint("preparation", "record", name="left_out_once")]

    def __str__(self) -> str:
        return self.record
