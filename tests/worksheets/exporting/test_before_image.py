"""What an import changed, as it was before, goes out as a worksheet and puts everything back when it comes in."""

import csv
import io

import pytest

from crm.people.models import AuditEvent, Role, User
from crm.records.models import RecordChange
from crm.records.writing import saving


@pytest.fixture
def ana(customers, admin):
    values = {
        "email": "ana@example.com", "firstName": "=Ana", "birthDate": "1990-02-03", "rclastcartvalue": "10.50", "isCorporate": True,
    }  # fmt: skip
    return saving.create(customers, values, by=admin, record_id="ana")


NEW = (
    "email;firstName;lastName;birthDate;rclastcartvalue;isCorporate\nana@example.com;Anna;Lima;;11;não\nbea@example.com;Bea;;;;\n"
)


def lines_of(browse, worksheet) -> list[list[str]]:
    answer = browse.get(f"/worksheets/{worksheet.number}/before/")
    assert answer["Content-Disposition"] == f'attachment; filename="before-{worksheet.number}.csv"'
    return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


@pytest.mark.usefixtures("ana")
def test_r18_the_before_image_of_an_import_is_downloaded(browse, import_text):
    worksheet = import_text(NEW, key="email").worksheet

    assert f'href="/worksheets/{worksheet.number}/before/"' in browse.get(worksheet.get_absolute_url()).text
    assert lines_of(browse, worksheet) == [
        ["id", "_record", "firstName", "lastName", "isCorporate", "rclastcartvalue", "_row"],
        ["ana", "ana@example.com · Anna · Lima", "'=Ana", "[null]", "true", "10.50", "2"],
    ]
    assert AuditEvent.objects.get(verb="export").details == {
        "rows": 1, "fields": ["firstName", "lastName", "isCorporate", "rclastcartvalue"], "format": "csv",
    }  # fmt: skip


@pytest.mark.usefixtures("ana")
def test_r18_the_before_image_puts_everything_back(browse, customers, import_text):
    before = customers.objects.values().get(pk="ana")
    worksheet = import_text(NEW, key="email").worksheet
    image = browse.get(f"/worksheets/{worksheet.number}/before/").getvalue()

    assert import_text(image, mode="update").counts == {"rows": 1, "updated": 1}

    after = customers.objects.values().get(pk="ana")
    changed = {name for name in after if after[name] != before[name]}
    assert changed <= {"crm_version", "updatedIn", "updatedBy", "lastInteractionIn", "lastInteractionBy"}


@pytest.mark.usefixtures("ana")
def test_a_portuguese_person_gets_it_as_a_workbook_that_puts_everything_back(browse, customers, import_text):
    worksheet = import_text(NEW, key="email").worksheet

    answer = browse.get(f"/worksheets/{worksheet.number}/before/", headers={"accept-language": "pt-br"})

    assert answer["Content-Disposition"].endswith('.xlsx"')
    assert import_text(answer.getvalue(), mode="update").counts == {"rows": 1, "updated": 1}
    assert str(customers.objects.get(pk="ana").rclastcartvalue) == "10.50"


@pytest.mark.usefixtures("ana")
def test_what_was_erased_stays_so(browse, import_text):
    worksheet = import_text(NEW, key="email").worksheet
    RecordChange.objects.filter(change_set=worksheet.change_set).update(before=None)

    assert lines_of(browse, worksheet) == [["id", "_record", "_row"]]


@pytest.mark.usefixtures("ana")
def test_it_needs_the_permission_to_export(browse, import_text):
    worksheet = import_text(NEW, key="email").worksheet
    browse.force_login(User.objects.create(email="ed@example.com", name="Ed", role=Role.EDITOR))

    assert "before/" not in browse.get(worksheet.get_absolute_url()).text
    assert browse.get(f"/worksheets/{worksheet.number}/before/").status_code == 403


def test_an_import_that_wrote_nothing_has_none(browse, upload):
    assert browse.get(f"/worksheets/{upload('email').number}/before/").status_code == 404
