"""A few records at random, of which one may reckon with all of them."""

from crm.records.dialects import dialect
from crm.schema.record import Record


def random_ids(model: type[Record], *, count: int, of: int) -> list[str]:
    """The ids of about so many of the `of` records that there are; fewer, or none, of a table with many gaps."""
    return dialect().random_ids(model._meta.db_table, count=count, of=of)
