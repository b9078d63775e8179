"""The documented example: an entity in somebody's own admin site, run as it stands in the guide."""

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from crm.people.models import Role
from crm.records.models import RecordChange
from crm.records.writing import saving

GUIDE = Path(__file__).parents[2] / "docs/guides/import-export-in-your-admin.md"
MODULE = "site_of_the_guide"
ADDRESS = "/records/record/cl/"


@pytest.fixture
def site(settings, customers, tmp_path):
    """The guide's modules, put together as one, are the addresses of the site."""
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "django.contrib.admin"]
    settings.IMPORT_EXPORT_TMP_STORAGE_CLASS = "import_export.tmp_storages.CacheStorage"
    module = ModuleType(MODULE)
    for block in re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL):
        exec(block, vars(module))  # our own guide
    sys.modules[MODULE] = module
    settings.ROOT_URLCONF = MODULE
    yield
    del sys.modules[MODULE]


def upload(client: Client, text: str):
    file = SimpleUploadedFile("customers.csv", text.encode(), "text/csv")
    return client.post(f"{ADDRESS}import/", {"import_file": file, "format": "0", "resource": ""})


@pytest.mark.usefixtures("site")
def test_a_file_is_previewed_with_differences_and_then_imported_with_history(customers, admin, sign_in):
    record = saving.create(customers, {"email": "c1@example.com", "firstName": "Ana"}, by=admin)
    client = sign_in(Role.EDITOR)

    preview = upload(client, "E-mail,firstName\nc1@example.com,Bea\nnew@example.com,Eva\n")
    assert "<ins" in preview.text and customers.objects.count() == 1

    confirmed = {
        name: preview.context["confirm_form"].initial[name] for name in ("import_file_name", "original_file_name", "format")
    }
    done = client.post(f"{ADDRESS}process_import/", confirmed)

    assert done.status_code == 302
    assert sorted(customers.objects.values_list("email", "firstName")) == [("c1@example.com", "Bea"), ("new@example.com", "Eva")]
    change = RecordChange.objects.filter(record_id=record.pk).latest("pk")
    assert (change.before, change.change_set.channel) == ({"firstName": "Ana"}, "page")


@pytest.mark.usefixtures("site")
def test_what_a_field_refuses_is_told_at_its_row(customers, sign_in):
    page = upload(sign_in(Role.EDITOR), "email,birthDate\nc1@example.com,soon\n")

    assert "“soon” is not" in page.text
    assert not customers.objects.exists()


@pytest.mark.usefixtures("site")
def test_roles_hold_there_too(customers, admin, sign_in):
    saving.create(customers, {"email": "c1@example.com"}, by=admin)

    assert upload(sign_in(Role.READER), "email\nc2@example.com\n").status_code in {302, 403}
    assert sign_in(Role.EDITOR).get(f"{ADDRESS}export/").status_code == 403
    exported = sign_in(Role.MANAGER).post(f"{ADDRESS}export/", {"format": "0", "resource": "", "clresource_email": "on"})
    assert customers.objects.count() == 1
    assert exported.status_code == 200
