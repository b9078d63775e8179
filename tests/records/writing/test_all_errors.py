"""All that is wrong with a record is said at once, and a record of nothing is refused."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from crm.records.errors import InvalidRecord
from crm.records.writing import restoring, saving
from crm.records.writing.attachments import FileChange
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.file import MEGABYTE


@pytest.fixture
def ana(customers, admin):
    return saving.create(customers, {"email": "ana@example.com", "firstName": "Ana"}, by=admin)


WRONG = {"email": "ANA@example.com", "birthDate": "yesterday", "documentType": "cpf", "document": "123"}


def errors_of(write) -> set[str]:
    with pytest.raises(InvalidRecord) as refused:
        write()
    return set(refused.value.errors)


def test_a_new_record_has_all_its_errors_at_once(customers, admin, ana):
    assert errors_of(lambda: saving.create(customers, WRONG, by=admin)) == {"email", "birthDate", "document"}


def test_a_changed_record_has_all_its_errors_at_once(customers, admin, ana):
    eva = saving.create(customers, {"email": "eva@example.com"}, by=admin)

    assert errors_of(lambda: saving.update(eva, WRONG, by=admin)) == {"email", "birthDate", "document"}
    assert errors_of(lambda: saving.update(eva, {**WRONG, "birthDate": ""}, by=admin)) == {"email", "document"}
    eva.refresh_from_db()
    assert eva.email == "eva@example.com"


def test_a_page_says_all_that_is_wrong_at_once(browse, define, admin):
    model = define(
        code=FieldDefinition("code", "Varchar 50", unique=True),
        name=FieldDefinition("name", "Varchar 50", nullable=False),
        size=FieldDefinition("size", "Integer"),
    )
    saving.create(model, {"code": "A1", "name": "Bolt"}, by=admin)

    answer = browse.post("/crm/PT/new/", {"code": "A1", "name": "", "size": "much"})

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"code", "name", "size"}
    assert "already belongs to another record" in answer.text


@pytest.mark.parametrize("values", [{}, {"firstName": "", "approved": "false"}, {"firstName": None}, {"firstName": "  "}])
def test_a_record_of_nothing_is_refused(customers, admin, values):
    with pytest.raises(InvalidRecord, match=r"^The record is entirely empty: fill in at least one field\.$"):
        saving.create(customers, values, by=admin)

    assert not customers.objects.exists()


@pytest.mark.parametrize("values", [{"firstName": "Ana"}, {"approved": True}, {"rclastcartvalue": 0}])
def test_a_record_of_anything_is_made(customers, admin, values):
    assert saving.create(customers, values, by=admin).pk


def test_a_record_whose_id_is_given_is_not_nothing(customers, admin):
    assert saving.create(customers, {}, by=admin, record_id="a1").pk == "a1"


def test_where_nobody_can_fill_anything_in_a_record_is_made(define, admin):
    assert saving.create(define(number=FieldDefinition("number", "Auto Increment")), {}, by=admin).number == 1


def test_the_first_record_of_all_need_not_refer_to_another(define, admin):
    folders = define(within=FieldDefinition("within", "Relationship", options={"entity": "PT"}))
    top = saving.create(folders, {}, by=admin)

    assert errors_of(lambda: saving.create(folders, {}, by=admin)) == {""}
    assert saving.create(folders, {"within": top.pk}, by=admin).within_id == top.pk


def test_an_old_record_of_nothing_is_changed_deleted_and_restored(customers, admin):
    record = saving.create(customers, {}, by=admin, record_id="a1")
    saving.delete(record, by=admin)

    restored, _count = restoring.restore(customers, "a1", by=admin)

    assert saving.update(restored, {"firstName": "Ana"}, by=admin).firstName == "Ana"
    assert saving.update(restored, {"firstName": ""}, by=admin).firstName is None


def test_a_default_alone_makes_no_record(define, admin):
    tiers = {"choices": [{"value": "Gold"}, {"value": "Silver"}]}
    parts = define(code="Varchar 50", tier=FieldDefinition("tier", "Choice", options=tiers, default="Gold"))

    assert errors_of(lambda: saving.create(parts, {"code": ""}, by=admin)) == {""}
    assert saving.create(parts, {"code": "A1"}, by=admin).tier == "Gold"


def test_a_refused_file_is_said_with_the_rest(define, admin):
    parts = define(size="Integer", paper=FieldDefinition("paper", "File", options={"max_size": 1}))
    change = FileChange((SimpleUploadedFile("big.pdf", b"a" * (MEGABYTE + 1)),))

    assert errors_of(lambda: saving.create(parts, {"size": "much"}, files={"paper": change}, by=admin)) == {"size", "paper"}


def test_a_page_refuses_a_record_of_nothing(browse, customers):
    answer = browse.post("/crm/CL/new/", {"email": "", "firstName": " "})

    assert answer.status_code == 422
    assert answer.text.count("The record is entirely empty: fill in at least one field.") == 1
