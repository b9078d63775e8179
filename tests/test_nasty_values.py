"""No value of any part of an address, of any parameter or of any form field is an exception or an error of the site's own (5xx).

Every address of the permission matrix is walked, which knows all of them, with what its page reads and what its forms send. The short
form deals a few values to each place; `NASTY=1` tries every value everywhere.
"""

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import quote_from_bytes, urlencode, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.color import no_style
from django.db import connection, transaction
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.urls import resolve

from crm.people.models import Role
from crm.schema.definitions import FieldDefinition
from crm.worksheets.models import Worksheet
from tests.nasty_values import IN_ADDRESSES, NASTY, dealt
from tests.page_forms import PageForm, forms_of
from tests.schema.fieldtypes.test_reference import ROWS
from tests.test_permission_matrix import CASES, GET, _ana_of_vip  # noqa: F401  # its fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_ana_of_vip")]

# What some page reads by a name that it does not know beforehand, or only together with another.
READ_ANYWHERE = [
    "_form",
    "_view",
    "_q",
    "_where",
    "_in",
    "_not_in",
    "_sort",
    "_columns",
    "_size",
    "_after",
    "_before",
    "_deleted",
    "_error",
]
LISTS = ["/crm/CL/", "/worksheets/export/CL/", "/worksheets/export/CL/file/"]
HEADERS = [
    "HTTP_COOKIE",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_REFERER",
    "HTTP_HX_REQUEST",
    "HTTP_HX_CURRENT_URL",
    "HTTP_X_REQUEST_ID",
    "HTTP_RANGE",
]
ANONYMOUS = ["/sign-in/", "/sign-in/up/", "/sign-in/inactive/", "/readyz", "/healthz"]
FORM = "application/x-www-form-urlencoded"


@dataclass
class Walk:
    """Sends requests, takes back whatever they did, and keeps what went wrong: where, and how."""

    client: Client
    found: dict[str, str] = field(default_factory=dict)
    places: Iterator[int] = field(default_factory=count)

    def try_values(self, where: str, send: Callable[[bytes], object], names: list[str] | None = None) -> None:
        for name in dealt(next(self.places), names):
            self.attempt(f"{where}: {name}", lambda value=NASTY[name]: send(value))

    def attempt(self, where: str, send: Callable[[], object]) -> None:
        try:
            with transaction.atomic():
                answer = send()
                transaction.set_rollback(True)
            if answer.status_code >= 500:
                self.found[where] = str(answer.status_code)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is found
            self.found[where] = f"{type(error).__name__}: {str(error)[:200]}"

    def get(self, address: str, query: str = "", **headers: str) -> HttpResponse:
        return _whole(self.client.generic("GET", address, QUERY_STRING=query, **headers))

    def post(self, address: str, body: str = "") -> HttpResponse:
        return _whole(self.client.generic("POST", address, body, content_type=FORM))

    def forms(self, address: str) -> list[PageForm]:
        answer = self.client.get(address)
        return [] if answer.streaming else forms_of(answer.content.decode(errors="ignore"), address)

    def submit(self, form: PageForm, **changes: bytes) -> HttpResponse:
        body = urlencode(form.sent() | changes, doseq=True)
        return self.post(form.action, body) if form.method == "post" else self.get(form.action, body)


@pytest.fixture
def walk(sign_in) -> Walk:
    with connection.cursor() as cursor:  # the fixture of the matrix chose the number of its worksheet
        for statement in connection.ops.sequence_reset_sql(no_style(), [Worksheet]):
            cursor.execute(statement)
    return Walk(sign_in(Role.ADMINISTRATOR))


def test_every_part_of_every_address(walk):
    for method, address in CASES:
        for name, value in resolve(address).kwargs.items():
            parts = address.split("/")
            place = parts.index(str(value))

            def send(nasty: bytes, method=method, parts=parts, place=place) -> HttpResponse:
                address = "/".join([*parts[:place], encoded(nasty), *parts[place + 1 :]])
                return walk.get(address) if method == "get" else walk.post(address)

            walk.try_values(f"{method} {address} {name}", send, IN_ADDRESSES)

    assert walk.found == {}


def test_every_parameter_that_a_page_reads(walk):
    for address in [*GET, *ANONYMOUS]:
        with names_read() as names:
            walk.attempt(address, lambda address=address: walk.get(address))
        for name in [*names, *(READ_ANYWHERE if address in LISTS else [])]:
            walk.try_values(f"{address}?{name}", lambda nasty, address=address, name=name: walk.get(address, pair(name, nasty)))
            walk.attempt(
                f"{address}?{name} twice", lambda address=address, name=name: walk.get(address, f"{name}=a&{name}=%00&{name}[]=b")
            )

    assert walk.found == {}


def test_every_button_of_every_form(walk):
    reviewed = walk.client.post("/worksheets/new/", {"entity": "CL", "pasted": "email,Shoe\nana@example.com,43"})["Location"]
    forms = {_kind(form): form for address in [*GET, reviewed, "/sign-in/"] for form in walk.forms(address)}
    for form in forms.values():
        where = f"{form.method} {form.action} {form.button}"
        walk.try_values(f"{where} all", lambda nasty, form=form: walk.submit(form, **dict.fromkeys(form.names, nasty)))
        for name in form.names:
            walk.try_values(f"{where} {name}", lambda nasty, form=form, name=name: walk.submit(form, **{name: nasty}))

    assert walk.found == {}


def test_a_field_of_every_type(walk, define):
    fields = {f"f{place}": _of_type(f"f{place}", label) for place, label in enumerate(ROWS)}
    define("PT", **fields)
    ways = {
        "filter": lambda name, value: walk.get("/crm/PT/", pair(name, value)),
        "compared": lambda name, value: walk.get("/crm/PT/", pair(name, b">" + value)),
        "rule": lambda name, value: walk.get("/crm/PT/", pair("_where", name.encode() + b'="' + value + b'"')),
        "given": lambda name, value: walk.get("/crm/PT/new/", pair(name, value)),
        "typed": lambda name, value: walk.post("/crm/PT/new/", pair(name, value)),
        "cursor": lambda name, value: walk.get("/crm/PT/", f"_sort={name}&{pair('_after', cursor(value))}"),
        "import": lambda name, value: walk.client.post(
            "/worksheets/new/", {"entity": "PT", "pasted": name.encode() + b"\n" + value}
        ),
    }
    for name, field_ in fields.items():
        for way, send in ways.items():
            walk.try_values(f"{field_.type} {way}", lambda nasty, name=name, send=send: send(name, nasty))

    assert walk.found == {}


def test_names_and_content_of_files(walk):
    for address, name in (("/worksheets/new/", "file"), ("/crm/CL/new/", "photo")):

        def upload(nasty: bytes, address=address, name=name) -> HttpResponse:
            file = SimpleUploadedFile("x.csv", nasty)
            file._name = nasty.decode(errors="replace")  # as a browser may send it; Django cleans it when it arrives
            return walk.client.post(address, {"entity": "CL", name: file})

        walk.try_values(f"{address} {name}", upload, list(NASTY))

    assert walk.found == {}


def test_every_header_that_is_read(walk):
    for header in HEADERS:
        walk.try_values(
            header, lambda nasty, header=header: walk.get("/crm/CL/", **{header: nasty.decode("latin-1")}), list(NASTY)
        )

    assert walk.found == {}


@contextmanager
def names_read() -> Iterator[set[str]]:
    """The names of parameters that are asked for within the block."""
    names: set[str] = set()
    with pytest.MonkeyPatch.context() as patch:
        for method in ("__getitem__", "__contains__", "get", "getlist"):
            patch.setattr(QueryDict, method, _recording(getattr(QueryDict, method), names))
        yield names


def _recording(method: Callable[..., object], names: set[str]) -> Callable[..., object]:
    def recorded(self: QueryDict, name: str, *more: object) -> object:
        names.add(name)
        return method(self, name, *more)

    return recorded


def _kind(form: PageForm) -> tuple[object, ...]:
    """Equal for the forms of two rows of a table, which go the same way."""
    button = [(name, value.split(" ")[0]) for name, value in form.button]
    return form.method, resolve(urlsplit(form.action).path).route, form.names, *button


def _of_type(name: str, label: str) -> FieldDefinition:
    row = ROWS[label]
    return FieldDefinition(name, label, labels={"en": label}, options=row.options or {}, filterable=row.asked is not None)


def _whole(answer: HttpResponse) -> HttpResponse:
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer


def cursor(value: bytes) -> bytes:
    return base64.urlsafe_b64encode(json.dumps([value.decode(errors="replace"), "ana"]).encode()).rstrip(b"=")


def pair(name: str, value: bytes) -> str:
    return f"{name}={encoded(value)}"


def encoded(value: bytes) -> str:
    return quote_from_bytes(value, safe="")
