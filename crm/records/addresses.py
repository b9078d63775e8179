"""Addresses of the pages of records."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.urls import reverse


def record_url(entity: str, record_id: str) -> str:
    """The page of one record; `entity` is the acronym."""
    return reverse("record-page", args=[entity, record_id])


def history_url(entity: str, record_id: str) -> str:
    """The change log of a record, also of a deleted one."""
    return reverse("record-history", args=[entity, record_id])


def list_url(entity: str, query: Mapping[str, str] | None = None) -> str:
    """The list of an entity's records, narrowed by the parameters of `query`."""
    return _with_query(reverse("record-list", args=[entity]), query)


def new_record_url(entity: str, query: Mapping[str, str] | None = None) -> str:
    """The form of a new record, `query` giving initial values by field."""
    return _with_query(reverse("record-new", args=[entity]), query)


def _with_query(url: str, query: Mapping[str, str] | None) -> str:
    return f"{url}?{urlencode(query)}" if query else url
