import pytest

from crm.people.actors import Actor
from crm.people.models import Role, User
from crm.schema.definitions import FieldDefinition, IndexDefinition
from crm.schema.draft.editing import add_field, create_entity
from crm.schema.generated import current
from crm.schema.publishing.publishing import publish


@pytest.fixture
def admin(db) -> Actor:
    return Actor(User.objects.create(email="ada@example.com", name="Ada", role=Role.ADMINISTRATOR), "page")


@pytest.fixture
def customers(db):
    """The model of the built-in entity CL."""
    return current.models()["CL"]


@pytest.fixture
def define(db):
    """Publishes an entity with the given fields and gives its model."""

    def defined(acronym: str = "PT", indexes: tuple[IndexDefinition, ...] = (), **fields: str | FieldDefinition):
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
def browse(client, admin):
    """A browser that the administrator has signed in with."""
    client.force_login(admin.user)
    return client
