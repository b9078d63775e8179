"""CL and AD on fresh sites and on sites of an earlier release: made, migrated, adopted or kept, and told."""

import io
from dataclasses import replace

import pytest
from django.db import connection

from crm.people.actors import Actor
from crm.people.models import AuditEvent
from crm.records.writing import saving
from crm.schema import builtin, errors, fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.draft import editing
from crm.schema.generated import current
from crm.schema.models import DataEntity, Field, Publication
from crm.schema.publishing import publishing
from crm.schema.publishing.tables import drift

OPERATOR = Actor.operator()
CONTRACT = {
    "CL": {
        "email": "Email", "userId": "Varchar 50", "firstName": "Varchar 100", "lastName": "Varchar 100", "document": "Varchar 50",
        "documentType": "Varchar 50", "birthDate": "Date", "birthDateMonth": "Integer", "gender": "Varchar 10", "phone": "Phone",
        "homePhone": "Phone", "businessPhone": "Phone", "cellPhone": "Phone", "isNewsletterOptIn": "Boolean", "approved": "Boolean",
        "isCorporate": "Boolean", "isFreeStateRegistration": "Boolean", "localeDefault": "Varchar 10", "corporateName": "Varchar 100",
        "tradeName": "Varchar 100", "corporateDocument": "Varchar 50", "stateRegistration": "Varchar 50", "customerClass": "Varchar 50",
        "tradePolicy": "Varchar 50", "rclastsession": "Varchar 50", "priceTables": "Varchar 750", "restrictions": "Text",
        "rclastcart": "Text", "rclastcartvalue": "Decimal", "rclastsessiondate": "Date and Time", "profilePicture": "File",
        "attach": "File", "checkouttag": "Score2", "carttag": "Score2", "brandVisitedTag": "Score2", "brandPurchasedTag": "Score2",
        "categoryVisitedTag": "Score2", "categoryPurchasedTag": "Score2", "departmentVisitedTag": "Score2",
        "productVisitedTag": "Score2", "productPurchasedTag": "Score2", "searchTermTag": "Score2",
        "visitedProductWithStockOutSkusTag": "Score2",
    },
    "AD": {
        "userId": "Relationship", "addressName": "Varchar 50", "addressLabel": "Varchar 50", "addressType": "Varchar 50",
        "number": "Varchar 50", "postalCode": "Varchar 50", "receiverName": "Varchar 100", "street": "Varchar 100",
        "complement": "Varchar 100", "neighborhood": "Varchar 100", "reference": "Varchar 750", "city": "Varchar 100",
        "state": "Varchar 100", "geoCoordinate": "Varchar 100", "country": "Varchar 10", "countryfake": "Varchar 10",
    },
}  # fmt: skip


def drafted(name: str, entity: str = "CL") -> Field:
    return Field.objects.get(entity__acronym=entity, name=name)


def earlier_site(*own: FieldDefinition, without: str = "") -> None:
    """The site as the release before these types left it: phones were texts, and there were no files, scores and addresses."""
    with connection.cursor() as cursor:
        for table in ("record_ad", "record_cl"):
            cursor.execute(f"DROP TABLE {table}")
    Publication.objects.all().delete()
    DataEntity.objects.all().delete()
    entity = editing.create_entity("CL", "Customers", locked=True)
    for definition in builtin.CUSTOMERS.definitions:
        if definition.type not in {"File", "Score2"} and definition.name != without:
            kind = "Varchar 50" if definition.type == "Phone" else definition.type
            editing.add_field(entity, replace(definition, type=kind, options={}))
    for definition in own:
        editing.add_field(entity, definition)
    publishing.publish(by=OPERATOR)


@pytest.mark.parametrize("acronym", CONTRACT)
def test_a_fresh_site_has_the_fields_of_the_contract(db, acronym):
    entity = current.entity(acronym)

    assert {field.name: field.type for field in entity.visible_fields} == CONTRACT[acronym]
    assert all(field.locked for field in entity.visible_fields)
    assert DataEntity.objects.get(acronym=acronym).locked
    assert drift.drift() == []


def test_flags_are_those_of_the_contract(db):
    fields = {field.name: field for field in current.entity("CL").visible_fields}

    assert {name for name, field in fields.items() if field.unique} == {"email", "userId"}
    assert {name for name, field in fields.items() if not field.nullable} == {
        name for name, kind in CONTRACT["CL"].items() if kind == "Boolean"
    }
    cannot_be_filters = {name for name, kind in CONTRACT["CL"].items() if kind in {"Text", "File"}}
    assert {name for name, field in fields.items() if not field.filterable} == cannot_be_filters
    assert not fields["restrictions"].searchable and fields["document"].searchable
    assert {name for name, field in fields.items() if fieldtypes.is_by_digits(field)} == {
        "document", "corporateDocument", "phone", "homePhone", "businessPhone", "cellPhone",
    }  # fmt: skip
    assert current.entity("AD").field("userId").options == {"entity": "CL", "display": "email"}


def test_pages_of_both_answer(db, client):
    from crm.people.models import Role, User  # noqa: PLC0415

    client.force_login(User.objects.create(email="ada@example.com", role=Role.ADMINISTRATOR))
    saving.create(current.models()["CL"], {"email": "ana@example.com"}, by=OPERATOR, record_id="ana")
    saving.create(current.models()["AD"], {"userId": "ana@example.com", "city": "São Paulo"}, by=OPERATOR, record_id="home")

    pages = ["/crm/CL/", "/crm/CL/ana/", "/crm/AD/", "/crm/AD/new/", "/crm/AD/home/", "/schema/AD/"]
    assert [client.get(page).status_code for page in pages] == [200] * len(pages)
    assert "ana@example.com" in client.get("/crm/AD/").text


def test_installing_again_changes_nothing(db):
    before = Publication.objects.count()

    builtin.install()

    assert Publication.objects.count() == before
    assert not AuditEvent.objects.filter(verb="keep-field").exists()


def test_a_phone_that_was_a_text_becomes_one_without_touching_its_values(db):
    earlier_site()
    record = saving.create(current.models()["CL"], {"phone": "ask reception", "email": "ana@example.com"}, by=OPERATOR)

    builtin.install()

    steps = {step["field"]: step["kind"] for publication in Publication.objects.all()[:2] for step in publication.operations}
    assert (steps["phone"], steps["document"], steps["attach"]) == ("ChangeOptions", "ChangeOptions", "AddField")
    assert current.entity("CL").field("phone").type == "Phone"
    again = current.models()["CL"].objects.get(pk=record.pk)
    assert again.phone == "ask reception"
    saving.update(again, {"firstName": "Ana"}, by=OPERATOR)
    assert drift.drift() == []


def test_a_site_of_an_earlier_release_becomes_as_a_fresh_one(db):
    earlier_site()

    builtin.install()

    for acronym, fields in CONTRACT.items():
        assert {field.name: field.type for field in current.entity(acronym).visible_fields} == fields
    design = DataEntity.objects.get(acronym="CL").forms.get(is_default=True).content()
    assert set(CONTRACT["CL"]) <= set(design.placed)
    assert len(design.placed) == len(set(design.placed))
    assert [section.labels["en"] for section in design.sections] == ["Details", "Files", "Activity"]
    number = current.models().number
    builtin.install()
    assert current.models().number == number


def test_a_users_field_that_fits_is_adopted_with_its_label(db):
    earlier_site(FieldDefinition("cellPhone", "Varchar 50", labels={"en": "Mobile"}, searchable=False), without="cellPhone")

    builtin.install()

    field = current.entity("CL").field("cellPhone")
    assert (field.type, field.locked, field.label, field.searchable) == ("Phone", True, "Mobile", False)
    assert not AuditEvent.objects.filter(verb="keep-field").exists()


@pytest.mark.parametrize(
    ("core", "own"),
    [
        ("gender", FieldDefinition("gender", "Integer")),
        ("userId", FieldDefinition("userId", "Varchar 50")),
        ("tradeName", FieldDefinition("TradeName", "Varchar 100")),
        ("carttag", FieldDefinition("carttag", "Text")),
    ],
)
def test_a_users_field_that_does_not_fit_is_kept_and_told(db, core, own):
    earlier_site(own, without=core)
    told = io.StringIO()

    builtin.install(stdout=told)
    builtin.install()

    field = current.entity("CL").field(own.name)
    assert (field.type, field.locked) == (own.type, False)
    event = AuditEvent.objects.get(verb="keep-field")
    assert (event.subject, event.details) == (f"CL.{core}", {"kept": told.getvalue()})
    assert f"The field {own.name} ({own.type}) is kept as it is" in told.getvalue()


def test_a_users_entity_of_another_meaning_is_left_alone(db):
    earlier_site()
    entity = editing.create_entity("AD", "Adverts")
    editing.add_field(entity, FieldDefinition("headline", "Varchar 50"))

    builtin.install()

    assert not DataEntity.objects.get(acronym="AD").locked
    assert set(Field.objects.filter(entity__acronym="AD").values_list("name", flat=True)) == {"headline"}
    assert AuditEvent.objects.get(verb="keep-field").subject == "AD"


def test_a_users_entity_of_addresses_is_taken_over(db):
    earlier_site()
    entity = editing.create_entity("AD", "Moradas")
    for name in ("street", "city"):
        editing.add_field(entity, FieldDefinition(name, "Varchar 100"))
    editing.add_field(entity, FieldDefinition("userId", "Varchar 50"))
    publishing.publish(by=OPERATOR)

    builtin.install()

    fields = {field.name: field for field in current.entity("AD").visible_fields}
    assert set(fields) == set(CONTRACT["AD"])
    assert {name for name, field in fields.items() if not field.locked} == {"userId"}
    assert AuditEvent.objects.get(verb="keep-field").subject == "AD.userId"


def test_core_fields_keep_name_and_type(db):
    with pytest.raises(errors.InvalidField, match="built in"):
        editing.change_field(drafted("phone"), type="Text")
    with pytest.raises(errors.InvalidField, match="built in"):
        editing.hide_field(drafted("userId", "AD"))


def test_r20_phones_and_documents_are_found_by_digits(db, client):
    from crm.people.models import Role, User  # noqa: PLC0415

    client.force_login(User.objects.create(email="ada@example.com", role=Role.ADMINISTRATOR))
    values = {"phone": "+55 (11) 99999-0000", "document": "529.982.247-25", "email": "ana@example.com"}
    saving.create(current.models()["CL"], values, by=OPERATOR)

    for asked in ("_q=11999990000", "_q=52998224725", "phone=5511999990000", "document=529.982.247-25", "document=52998224725"):
        assert "ana@example.com" in client.get(f"/crm/CL/?{asked}").text, asked


def test_a_customer_with_addresses_is_deleted_only_with_them(db, client):
    from crm.people.models import Role, User  # noqa: PLC0415

    client.force_login(User.objects.create(email="ada@example.com", role=Role.ADMINISTRATOR))
    models = current.models()
    saving.create(models["CL"], {"email": "ana@example.com"}, by=OPERATOR, record_id="ana")
    for city in ("São Paulo", "Santos"):
        saving.create(models["AD"], {"userId": "ana", "city": city}, by=OPERATOR)

    asked = client.post("/crm/CL/ana/delete/")
    assert asked.status_code == 409
    assert "Addresses: <strong>2</strong>" in asked.text

    client.post("/crm/CL/ana/delete/", {"with_referring": "yes"})
    assert (models["CL"].objects.count(), models["AD"].objects.count()) == (0, 0)


def test_publishing_by_hand_goes_on_after_a_release(db):
    earlier_site()
    builtin.install()
    editing.add_field(DataEntity.objects.get(acronym="CL"), FieldDefinition("tier", "Varchar 10"))

    publishing.publish(by=OPERATOR)

    assert current.entity("CL").field("tier")
