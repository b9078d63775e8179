"""A person at the review page, and customers of whom some are dealers."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from clusters.catalogue.creating import create_cluster
from crm.people.models import Role
from crm.records.writing import saving
from tests.page_forms import forms_of
from tests.worksheets.review.pages import fields_of, worksheet_of


@pytest.fixture
def client(sign_in) -> Client:
    return sign_in(Role.ADMINISTRATOR)


@pytest.fixture
def dealers(db, admin):
    """The cluster, and the model that has its field."""
    from crm.schema.generated import current  # noqa: PLC0415  # as published by now

    create_cluster("Dealers", by=admin)
    return current.models()["CL"]


@pytest.fixture
def people(dealers, admin):
    """c0 … c9, of whom c0 and c1 are dealers."""
    return [
        saving.create(dealers, {"email": f"c{n}@example.com", "firstName": f"C{n}", "Dealers": n < 2}, by=admin)
        for n in range(10)
    ]


@pytest.fixture
def upload_page(client):
    """Uploads as the page does and gives the review, as it then is shown."""

    def uploaded(text: str | bytes, name: str = "list.csv", *, follow: bool = True, **fields):
        content = text.encode() if isinstance(text, str) else text
        file = SimpleUploadedFile(name, content)
        return client.post("/worksheets/new/", {"entity": "CL", "file": file, **fields}, follow=follow)

    return uploaded


@pytest.fixture
def press(client):
    """Sends the review's form as it stands there, with what is changed and the button that is pressed."""

    def pressed(page, *, do: str = "rehearse", mend: str = "", **changed):
        data = {name: value for name, value in fields_of(page.context["form"]).items() if value not in (None, False, "")}
        data |= {"mend": mend} if mend else {"do": do}
        data |= changed
        return client.post(worksheet_of(page).get_absolute_url(), {k: v for k, v in data.items() if v is not None}, follow=True)

    return pressed


@pytest.fixture
def press_as_shown(client):
    """Sends the page's own form, as a browser does: only the controls that the page shows, and the pressed button."""

    def pressed(page, do: str, **changed):
        address = worksheet_of(page).get_absolute_url()
        form = next(form for form in forms_of(page.text, address) if ("do", do) in form.button and form.action == address)
        return client.post(address, form.sent() | changed, follow=True)

    return pressed
