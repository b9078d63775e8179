"""Why the schema is not changed as somebody asked, or cannot be read. Views and commands catch `SchemaRefusal`."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.local_numbers import local_number


class SchemaRefusal(ValueError):
    """A change of the schema that cannot be made; the message says why to the person who asked for it."""


class InvalidName(SchemaRefusal):
    """A name that may not be used."""


class InvalidField(SchemaRefusal):
    """A field that cannot be made or changed like this."""


class InvalidDesign(SchemaRefusal):
    """A form that cannot be changed like this."""


class InvalidSchemaFile(SchemaRefusal):
    """The file is not a schema of ours, or contradicts itself; the message says where."""


class UnpublishableSchema(SchemaRefusal):
    """The draft cannot be published; `problems` are sentences for the administrator."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


class PlanChanged(UnpublishableSchema):
    """The plan is not the one that was confirmed."""

    def __init__(self) -> None:
        super().__init__([_("The draft or the publication has changed since this plan was shown. Look at the new plan first.")])


class ValuesWouldBeLost(UnpublishableSchema):
    """More values do not fit than were accepted."""

    def __init__(self, count: int, examples: list[str]) -> None:
        message = ngettext("%(n)s value does not fit and would be lost.", "%(n)s values do not fit and would be lost.", count)
        super().__init__([message % {"n": local_number(count)}, *examples])


class TablesInUse(UnpublishableSchema):
    """Other transactions use the tables, and the time for waiting is over; nothing was changed."""


class EntityGone(KeyError):
    """No entity of this acronym is published, or no longer. A page that asks for one answers 404 (`crm.schema.middleware`)."""

    def __str__(self) -> str:
        return _("There is no entity %s.") % self.args[0]
