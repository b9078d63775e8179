"""What every test needs: files in a place of their own, and the cast:
a person of each role, their browsers, entities to work with."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
import pytest
from django.apps import apps
from django.db import OperationalError, connection
from django.db.models import AutoField
from django.test import Client
from django.utils import translation

from crm.people.actors import Actor
from crm.people.models import Role, User
from crm.schema.definitions import FieldDefinition, IndexDefinition
from crm.schema.draft.editing import add_field, create_entity
from crm.schema.generated import current
from crm.schema.models import DataEntity
from crm.schema.publishing.publishing import carry_out, make_plan, publish
from crm.schema.publishing.tables.waiting import under_publishing_lock
from crm.schema.record import Record

PASSWORD = "correct horse battery"
PURE = (
    "schema/fieldtypes/",
    "worksheets/formats/",
    "worksheets/cells/",
    "rules/",
    "test_layers.py",
    "ui/test_languages.py",
)
NAMES = {Role.ADMINISTRATOR: "Ada", Role.MANAGER: "Max", Role.EDITOR: "Edna", Role.READER: "Rita"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--needs-database", action="store_true", help="without the tests of pure code, which ask no database")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--needs-database"):
        apart = [item for item in items if _asks_no_database(item)]
        config.hook.pytest_deselected(items=apart)
        items[:] = [item for item in items if not _asks_no_database(item)]


def _asks_no_database(item: pytest.Item) -> bool:
    """Of the folders of pure code; elsewhere a test may start a process that opens the database itself."""
    folder = item.path.relative_to(Path(__file__).parent).as_posix()
    asks = item.get_closest_marker("django_db") or "db" in getattr(item, "fixturenames", ())
    return folder.startswith(PURE) and not asks


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    """Ids begin beyond a thousand: pages write the separators of a person's language into numbers, which no id survives."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy and isinstance(model._meta.pk, AutoField):
                cursor.execute(*_starting_at(1738, model._meta.db_table, model._meta.pk.column))


def _starting_at(first: int, table: str, column: str) -> tuple[str, list[object]]:
    if connection.vendor == "sqlite":
        return "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, first - 1]
    sequence = "pg_get_serial_sequence(quote_ident(%s), %s)"
    return f"SELECT setval({sequence}::regclass, %s, false)", [table, column, first]


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    settings.STORAGES = {
        "default": {"BACKEND": "crm.storage.WholeFiles", "OPTIONS": {"location": tmp_path / "files"}},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:
    # Argon2 is slow on purpose, and no test here is about its strength.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    # A request in another language leaves that language active in this thread.
    with translation.override("en"):
        yield


class NoRoom(Protocol):
    def __call__(self, *tables: str) -> AbstractContextManager[None]: ...


@pytest.fixture
def no_room() -> NoRoom:
    """The database has no room for what is written into these tables, or, if none is named, into any."""

    def refuse(run, sql, parameters, many, context):
        written = sql.removeprefix("INSERT INTO ").removeprefix("UPDATE ")
        if written != sql and (not refused or written.startswith(tuple(f'"{table}"' for table in refused))):
            raise OperationalError("as the driver says") from psycopg.errors.DiskFull("could not extend file")
        return run(sql, parameters, many, context)

    refused: list[str] = []

    @contextmanager
    def in_tables(*tables: str) -> Iterator[None]:
        refused[:] = tables
        with connection.execute_wrapper(refuse):
            yield

    return in_tables


@pytest.fixture
def person_of(db) -> Callable[[Role], Actor]:
    """The person of a role at a page, `editor@example.com` called Edna: one each, whoever asks first."""

    def of_role(role: Role) -> Actor:
        email = f"{role.name.lower()}@example.com"
        known = User.objects.filter(email=email).first()
        return Actor(known or User.objects.create_user(email, PASSWORD, role, name=NAMES[role]), "page")

    return of_role


@pytest.fixture
def administrator(person_of) -> Actor:
    return person_of(Role.ADMINISTRATOR)


@pytest.fixture
def admin(administrator) -> Actor:
    return administrator


@pytest.fixture
def manager(person_of) -> Actor:
    return person_of(Role.MANAGER)


@pytest.fixture
def editor(person_of) -> Actor:
    return person_of(Role.EDITOR)


@pytest.fixture
def reader(person_of) -> Actor:
    return person_of(Role.READER)


@pytest.fixture
def operator() -> Actor:
    return Actor.operator()


@pytest.fixture
def sign_in(person_of) -> Callable[[Role], Client]:
    """A browser of its own, in which the person of the role has signed in."""

    def browser(role: Role) -> Client:
        client = Client()
        client.force_login(person_of(role).user)
        return client

    return browser


@pytest.fixture
def browse(client, administrator) -> Client:
    """A browser in which the administrator has signed in."""
    client.force_login(administrator.user)
    return client


@pytest.fixture
def customers(db) -> type[Record]:
    """The model of the built-in entity CL."""
    return current.models()["CL"]


@pytest.fixture
def define(db) -> Callable[..., type[Record]]:
    """Publishes an entity with the given fields and gives its model."""

    def defined(acronym: str = "PT", indexes: tuple[IndexDefinition, ...] = (), **fields: str | FieldDefinition) -> type[Record]:
        entity = create_entity(acronym, "Parts")
        for name, kind in fields.items():
            definition = kind if isinstance(kind, FieldDefinition) else FieldDefinition(name=name, type=kind, labels={"en": name})
            add_field(entity, definition)
        for index in indexes:
            entity.indexes.create(name=index.name, fields=list(index.fields), unique=index.unique)
        publish(by=Actor.operator())
        return current.models()[acronym]

    return defined


@pytest.fixture
def notes(define) -> type[Record]:
    """An entity with an index over a text of any length, as an earlier release let it be published."""
    define("NT", code=FieldDefinition("code", "Varchar 50", unique=True), text="Text", other="Text")
    return publish_index("NT", IndexDefinition("by_text", ("text",)))


def publish_index(acronym: str, index: IndexDefinition) -> type[Record]:
    """Whatever it is over: the plan is not asked for problems."""
    entity = DataEntity.objects.get(acronym=acronym)
    entity.indexes.create(name=index.name, fields=list(index.fields), unique=index.unique)
    under_publishing_lock(lambda: carry_out(make_plan(), by=Actor.operator()))
    return current.models()[acronym]
