"""What a form may say: the reason at save, and a page that works whatever became of the fields since."""

import pytest

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.designs import checking
from crm.schema.errors import InvalidDesign
from crm.schema.form_design import FormDesign, ListColumn, PlaceDesign, SectionDesign
from crm.schema.generated import current

pytestmark = pytest.mark.django_db


@pytest.fixture
def entity(db):
    return current.entity("CL")


@pytest.fixture
def snapshot(db):
    return current.models().snapshot


@pytest.mark.parametrize("order", ["", "id DESC", "firstName ASC", "birthDate DESC", "approved ASC", "rclastcartvalue DESC"])
def test_r30_every_stored_field_is_an_order(entity, order):
    assert checking.check_sort(entity, order) == order


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ("restrictions ASC", "fields of type Text are no order"),
        ("nothing ASC", "no field “nothing”"),
        ("firstName", "upwards or downwards"),
        ("firstName ASC; DROP TABLE", "upwards or downwards"),
        ("crm_version ASC", "no field"),
    ],
)
def test_r30_what_is_no_order_is_refused_with_the_reason(entity, order, reason):
    with pytest.raises(InvalidDesign, match=reason):
        checking.check_sort(entity, order)


def test_r30_a_rule_is_no_order(customers, add_field):
    add_field("isBig", "Rule", options={"expression": "rclastcartvalue>1000"})

    with pytest.raises(InvalidDesign, match="of type Rule"):
        checking.check_sort(current.entity("CL"), "isBig ASC")


@pytest.mark.parametrize(("field", "reason"), [("restrictions", "of type Text cannot be filters"), ("nothing", "no field")])
def test_r31_what_cannot_be_a_filter_is_refused(entity, snapshot, field, reason):
    with pytest.raises(InvalidDesign, match=reason):
        checking.check_part(entity, snapshot, "filters", field)


def test_r31_a_field_that_is_not_filterable_says_where_to_change_that(customers, add_field, snapshot):
    add_field("secret", filterable=False)

    with pytest.raises(InvalidDesign, match="an option of the field"):
        checking.check_part(current.entity("CL"), snapshot, "filters", "secret")


@pytest.mark.parametrize(
    ("query", "stored"),
    [("", ""), ("  ", ""), ("approved=true  and  firstName=Ana", "approved=true AND firstName=Ana")],
)
def test_a_query_is_stored_in_its_usual_spelling(entity, snapshot, query, stored):
    assert checking.check_query(entity, snapshot, query) == stored


@pytest.mark.parametrize("query", ["approved=", "nothing=1", "restrictions=x", "approved=maybe", "(" * 500, "a\0b=1"])
def test_a_query_that_cannot_be_answered_is_refused(entity, snapshot, query):
    with pytest.raises(InvalidDesign, match="cannot be answered"):
        checking.check_query(entity, snapshot, query)


@pytest.mark.parametrize(
    ("field", "place", "reason"),
    [
        ("approved", {"required": True}, "Boolean are never empty"),
        ("birthDateMonth", {"required": True}, "nobody can fill it in"),
        ("birthDateMonth", {"default": 3}, "nobody can fill it in"),
        ("email", {"required": True, "read_only": True}, "unless it has a default"),
        ("email", {"help_text": "x" * 201}, "longer than 200"),
    ],
)
def test_r49_a_form_can_only_be_stricter(entity, field, place, reason):
    with pytest.raises(InvalidDesign, match=reason):
        checking.check_place(entity.field(field), PlaceDesign(field, **place))


@pytest.mark.parametrize(
    ("field", "raw", "stored"),
    [("email", "", None), ("approved", "on", True), ("birthDate", "1990-07-31", "1990-07-31"), ("rclastcartvalue", "1.5", 1.5)],
)
def test_a_default_is_kept_as_the_field_keeps_it(entity, field, raw, stored):
    assert checking.stored_default(entity.field(field), raw) == stored


def test_a_default_that_does_not_fit_is_refused(entity):
    with pytest.raises(InvalidDesign, match="The default does not fit"):
        checking.stored_default(entity.field("birthDate"), "tomorrow or so")


def test_the_designer_names_everything_that_no_longer_works(entity, snapshot):
    design = FormDesign(
        sections=(SectionDesign("s1", {}, ((PlaceDesign("email"), PlaceDesign("fax")),)),),
        list_columns=(ListColumn("fax"), ListColumn("phone")),
        filters=("telex", "restrictions", "approved"),
        related=("AD.nothing",),
        sort="fax ASC",
        query="fax=1",
    )

    found = list(checking.faults(design, entity, snapshot))

    assert [sentence.split(":")[0] for sentence in found] == [
        "The field fax is hidden or gone; its places are left out.",
        "The filter telex is left out",
        "The filter restrictions is left out",
        "Customers has no field “fax”.",
        "The query cannot be answered",
        "“AD.nothing” is no relationship that points to Customers.",
    ]


def test_a_form_without_faults_says_nothing(entity, snapshot):
    design = FormDesign(
        (SectionDesign("s1", {}, ((PlaceDesign("email"),),)),), (ListColumn("phone"),), ("approved",), sort="email ASC"
    )

    assert list(checking.faults(design, entity, snapshot)) == []


def test_unknown_types_are_nobodys_to_fill_in():
    assert not fieldtypes.is_writable(FieldDefinition("x", "Hologram", column={"path": "x"}))
