"""A comparison means the same wherever it is written: in a list's
filter, its `_where`, a Rule field, and as the cell of an export."""

import csv
import io

import pytest

from crm.people.models import Role, User
from crm.records import querying
from crm.records.writing import saving
from crm.rules.printing import print_value
from crm.rules.tree import LiteralValue
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.generated import current
from crm.worksheets.exporting.columns import columns_of
from crm.worksheets.exporting.export import Export, ExportStream, sorted_by
from crm.worksheets.formats.writing import FORMATS
from tests.schema.fieldtypes.test_reference import ROWS

OPTIONS = {
    "Score2": {},
    "Rule": {"expression": "code=here"},
    **{label: row.options or {} for label, row in ROWS.items()},
}
SCORES = {"DisplayValue": "Wine", "Scores": {"Wine": [{"Point": 2, "Date": "2026-01-01", "Until": "2099-01-01"}]}}
REFUSED = "refused"


@pytest.fixture
def records(define, admin, customers):
    """By type: an entity whose record `p` holds a value of the reference's table, and `q` nothing, or another one."""

    def made(label: str):
        saving.create(customers, {"email": "ana@example.com"}, by=admin, record_id="ana")
        field = FieldDefinition("value", label, options=OPTIONS.get(label, {}))
        model = define(code="Varchar 50", value=field)
        sent = {"value": ROWS[label].sent} if label in ROWS else {}
        saving.create(model, {"code": "here", **sent}, by=admin, record_id="p")
        if label == "Score2":
            model.objects.filter(pk="p").update(value=SCORES)
        saving.create(model, {"code": "there"}, by=admin.__class__.operator(), record_id="q")
        return model

    return made


def cell_of(model, record_id: str, name: str) -> str:
    export = Export(model.objects.filter(pk=record_id), columns_of(model, [name]), raw=True)
    file = b"".join(ExportStream(export, FORMATS["csv"])).decode()
    return next(csv.DictReader(io.StringIO(file, newline="")))[name]


def found(browse, **parameters: str):
    answer = browse.get("/crm/PT/", parameters)
    return REFUSED if answer.status_code == 400 else sorted(row.record.pk for row in answer.context["rows"])


@pytest.mark.parametrize("label", fieldtypes.labels())
def test_r66_filter_rule_and_export_of_every_type_agree(browse, records, label):
    model = records(label)
    cell = cell_of(model, "p", "value")
    text = print_value(LiteralValue((cell,)))

    by_filter, by_rule = found(browse, value=cell), found(browse, _where=f"value={text}")
    none_by_filter, none_by_rule = found(browse, value="!=" + cell), found(browse, _where=f"value<>{text}")

    assert by_filter == by_rule
    assert by_rule in (["p"], REFUSED)
    assert none_by_filter == none_by_rule == (["q"] if by_rule == ["p"] else REFUSED)
    if label not in {"Rule", "Boolean"}:
        assert found(browse, value="[null]") == found(browse, _where="value is null")
        assert found(browse, _where="value=[null]") == REFUSED


@pytest.mark.parametrize("value", ["ana@example.com", "ANA@EXAMPLE.com", "ana@*", "ana", "CL-ANA", "cl-ana"])
def test_r32_a_related_record_is_found_by_what_is_shown_of_it_and_by_its_id(browse, records, value):
    model = records("Relationship")

    assert found(browse, value=value) == found(browse, _where=f"value={value}") == ["p"]
    assert list(model.objects.filter(querying.condition(querying.parse(f"value in ({value}, x)"), model))) == [
        model.objects.get(pk="p")
    ]
    assert found(browse, value="bia@example.com") == found(browse, _where="value=bia@example.com") == []


@pytest.mark.parametrize("value", ["Ada", "ada", "administrator@example.com", "administrator@*"])
@pytest.mark.parametrize("name", ["value", "createdBy"])
def test_who_wrote_is_found_by_what_pages_show_and_by_e_mail(browse, records, name, value):
    records("User Login")

    assert found(browse, **{name: value}) == found(browse, _where=f"{name}={value}") == ["p"]
    assert found(browse, _where=f"{name}>{value}") == REFUSED


def test_a_person_who_is_known_by_two_names_is_found_by_each(browse, records, admin):
    model = records("User Login")
    bob = User.objects.create(email="bob@example.com", name="Bob", role=Role.EDITOR)
    model.objects.filter(pk="q").update(value=str(bob.pk))

    assert found(browse, _where="value in (ada, bob)") == ["p", "q"]
    assert found(browse, value=str(bob.pk)) == ["q"]


@pytest.fixture
def orders(define, admin):
    """Orders of a loyal customer, of another one, and of nobody; *Loyal* is a Rule of the customers."""
    loyal = FieldDefinition("Loyal", "Rule", options={"expression": "NOT firstName=bia"})
    customers = define("CU", firstName="Varchar 50", Loyal=loyal)
    owner = FieldDefinition("userId", "Relationship", options={"entity": "CU", "display": "firstName"})
    model = define("PT", code="Varchar 50", userId=owner)
    for name in ("Ana", "Bia"):
        saving.create(customers, {"firstName": name}, by=admin, record_id=name)
        saving.create(model, {"code": name, "userId": name}, by=admin, record_id=f"of-{name}")
    saving.create(model, {"code": "nobody"}, by=admin, record_id="of-nobody")
    return model


def test_a_rule_of_a_related_record_is_asked_and_exported_alike(browse, orders):
    cells = {pk: cell_of(orders, pk, "userId.Loyal") for pk in ("of-ana", "of-bia", "of-nobody")}

    assert cells == {"of-ana": "true", "of-bia": "false", "of-nobody": ""}
    assert found(browse, _where="userId.Loyal=true") == ["of-ana"]
    assert found(browse, _where="userId.Loyal=false") == ["of-bia"]
    assert found(browse, _where="userId.Loyal is null") == ["of-nobody"]
    assert found(browse, _where="NOT userId.Loyal=true") == ["of-bia", "of-nobody"]


def test_a_rule_of_a_related_record_stands_beside_an_own_one_of_its_name(define, orders):
    own = FieldDefinition("Loyal", "Rule", options={"expression": "code=nobody"})
    model = current.models()["PT"]
    define("PU", code="Varchar 50", Loyal=own, userId=model.entity.field("userId"))
    model = current.models()["PU"]
    model.objects.create(id="x", code="nobody", userId_id="bia")

    assert (cell_of(model, "x", "Loyal"), cell_of(model, "x", "userId.Loyal")) == ("true", "false")


def test_an_export_is_not_sorted_by_a_rule(orders):
    with pytest.raises(Exception, match=r"userId\.Loyal"):
        sorted_by(orders.objects.all(), "userId.Loyal ASC")
