"""The two databases: everything that set-wise statements do in a vendor's own way."""

from django.db import connection

from crm.records.dialects import postgresql, sqlite
from crm.records.dialects.protocol import Dialect

DIALECTS: dict[str, Dialect] = {"postgresql": postgresql, "sqlite": sqlite}


def dialect() -> Dialect:
    """The dialect of the connected database."""
    return DIALECTS[connection.vendor]
