"""Why a draft is not published."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class UnpublishableSchema(ValueError):
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
        said = ngettext("%(n)s value does not fit and would be lost.", "%(n)s values do not fit and would be lost.", count)
        super().__init__([said % {"n": f"{count:,}"}, *examples])


class TablesInUse(UnpublishableSchema):
    """Others use the tables, and the time for waiting is over; nothing was changed."""
