"""What an index can hold: asked for and refused alike on both databases, and true on PostgreSQL for the longest values."""

import pytest

from crm.records.errors import InvalidRecord
from crm.records.writing import saving
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition, IndexDefinition
from crm.schema.draft import editing, indexes
from crm.schema.draft.drafting import with_columns
from crm.schema.errors import InvalidField, UnpublishableSchema
from crm.schema.generated import index_sizes
from crm.schema.models import DataEntity, Field
from crm.schema.publishing import draft_and_publish, publishing
from crm.schema.publishing.tables import drift
from crm.schema.transfer.importing import import_document
from crm.schema.transfer.schema_document import document
from tests.long_texts import chinese, rare

NOT_WRITTEN = {"Relationship", "Rule"}


def problem(*kinds: str, unique: bool = False) -> str:
    fields = tuple(FieldDefinition(f"f{place}", kind) for place, kind in enumerate(kinds))
    entity = with_columns(EntityDefinition("PT", {"en": "Parts"}, fields))
    return index_sizes.index_problem(entity, IndexDefinition("by", tuple(field.name for field in fields), unique=unique))


@pytest.mark.parametrize("kind", ["Text", "Choices"])
def test_a_value_of_any_length_is_in_no_index(kind):
    found = problem("Varchar 10", kind)

    assert found == (
        "The index by of Parts cannot hold f1, whose values may be of any length."
        " Six fields of type Varchar 100, or two of type Email, fit."
    )


@pytest.mark.parametrize("unique", [True, False])
def test_fields_that_are_too_long_together_are_refused_with_the_sum(unique):
    assert "together they take up to 3,000 bytes, 2," in problem("Varchar 750", unique=unique)
    assert "together they take up to 2,800 bytes, 2," in problem(*["Varchar 100"] * 7, unique=unique)
    assert "has too many fields: at most 32 fit" in problem(*["Boolean"] * 33, unique=unique)


@pytest.mark.parametrize(
    "kinds",
    [("Varchar 100",) * 6, ("Email", "Email"), ("Email", "Varchar 100", "Varchar 50", "Phone"), ("Boolean",) * 32],
)
@pytest.mark.parametrize("unique", [True, False])
def test_what_fits_is_accepted(kinds, unique):
    assert problem(*kinds, unique=unique) == ""


@pytest.mark.parametrize("unique", [True, False])
def test_the_longest_values_of_what_is_accepted_can_be_saved(define, admin, unique):
    parts = define(
        **{f"f{place}": "Varchar 100" for place in range(6)},
        indexes=(IndexDefinition("by", tuple(f"f{place}" for place in range(6)), unique=unique),),
    )

    made = saving.create(parts, {f"f{place}": rare(100, seed=place) for place in range(6)}, by=admin, record_id="x" * 100)

    assert parts.objects.get().f0 == made.f0


@pytest.mark.parametrize("kind", sorted(set(fieldtypes.labels()) - NOT_WRITTEN))
def test_every_type_has_a_size_or_none(kind):
    field = FieldDefinition("f", kind, options={"choices": [{"value": "a"}]})
    (field,) = with_columns(EntityDefinition("PT", fields=(field,))).fields

    size = index_sizes.largest_value(field)

    assert size is None or 0 < size <= 3_000


def test_the_page_refuses_an_index_over_a_long_text(browse, customers, operator):
    entity = DataEntity.objects.get(acronym="CL")
    draft_and_publish.add_and_publish(entity, FieldDefinition("notes", "Text"), by=operator)

    page = browse.post("/schema/CL/indexes/", {"name": "notes", "fields_text": "notes"})

    assert page.status_code == 422
    assert "The index notes of Customers cannot hold notes, whose values may be of any length." in page.text
    assert not entity.indexes.exists()


def test_a_drafted_index_is_refused(define):
    define(notes="Text")

    with pytest.raises(InvalidField, match="cannot hold notes"):
        indexes.add_index(DataEntity.objects.get(acronym="PT"), "by", ["notes"], unique=False)


def test_a_schema_file_with_such_an_index_is_refused_as_a_whole(define, operator):
    define(notes="Text", name="Varchar 50")
    wanted = document()
    (parts,) = (entity for entity in wanted["entities"] if entity["acronym"] == "PT")
    parts["indexes"] = [{"name": "by", "fields": ["notes"], "unique": False}]

    with pytest.raises(UnpublishableSchema, match="The index by of Parts cannot hold notes"):
        import_document(wanted, by=operator)

    assert not DataEntity.objects.get(acronym="PT").indexes.exists()


def test_a_field_in_an_index_does_not_become_a_text_of_any_length(define, operator):
    define(name="Varchar 50", indexes=(IndexDefinition("by", ("name",)),))
    editing.retype_field(Field.objects.get(entity__acronym="PT", name="name"), "Text")

    with pytest.raises(UnpublishableSchema, match="The index by of Parts cannot hold name"):
        publishing.publish(by=operator)


def test_a_unique_long_text_holds_whatever_living_scripts_write(define, admin):
    parts = define(name=FieldDefinition("name", "Varchar 750", unique=True))
    text = chinese(750)
    saving.create(parts, {"name": text}, by=admin)

    with pytest.raises(InvalidRecord, match="already belongs to another record"):
        saving.create(parts, {"name": text}, by=admin)

    assert drift.drift() == []


@pytest.mark.parametrize("kind", ["Varchar 750", "URL"])
def test_a_unique_text_that_no_index_holds_is_refused_on_both_databases(define, admin, kind):
    before = "https://example.com/" if kind == "URL" else ""
    parts = define(name=FieldDefinition("name", kind, unique=True))

    with pytest.raises(InvalidRecord, match=r"^name: A unique text takes at most 2,600 bytes; emoji and rare characters"):
        saving.create(parts, {"name": before + rare(700)}, by=admin)

    longest = before + rare((2_600 - len(before)) // 4)
    assert len(longest.encode()) == 2_600
    saving.create(parts, {"name": longest}, by=admin)


def test_a_text_that_is_not_unique_takes_its_full_length(define, admin):
    parts = define(name="Varchar 750")

    assert saving.create(parts, {"name": rare(750)}, by=admin).name == rare(750)
