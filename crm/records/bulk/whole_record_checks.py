"""What a whole record must fulfil, judged for all rows of a worksheet at once, as `records.saving` judges one."""

from collections.abc import Iterator

from django.db import connection

from crm.records.bulk import sql
from crm.records.bulk.marking import has_cleared, refused
from crm.records.bulk.merge import CREATED, UPDATED, Merge, RowRefusal
from crm.records.bulk.names import column_of, quoted
from crm.records.writing.documents import has_documents, no_cpf
from crm.records.writing.validating import REQUIRED, writable_fields
from crm.schema.fieldtypes.cpf_cnpj import is_cpf


def unfit(merge: Merge) -> Iterator[RowRefusal]:
    """Rows whose record would miss a required value or hold a wrong document."""
    yield from _missing(merge)
    yield from _wrong_documents(merge)


def _missing(merge: Merge) -> Iterator[RowRefusal]:
    for field in writable_fields(merge.model.entity):
        if not field.nullable and merge.model._meta.get_field(field.name).null:
            found = sql.rows(
                f"SELECT s.crm_row, '' FROM {sql.writing_with_records(merge)} WHERE {_is_missing(merge, field.name)}"
            )
            yield from refused(merge, field.name, found, str(REQUIRED))


def _is_missing(merge: Merge, name: str) -> str:
    cleared = has_cleared(merge)
    created = f"o.outcome = '{CREATED}' AND {sql.created_value(merge, name, has_cleared=cleared)} IS NULL"
    if name not in sql.written_columns(merge):
        return created
    # An old fault is no refusal: only what this worksheet empties.
    emptied = f"{sql.new_value(merge, name, has_cleared=cleared)} IS NULL AND r.{quoted(column_of(merge, name))} IS NOT NULL"
    return f"({created}) OR (o.outcome = '{UPDATED}' AND {emptied})"


def _wrong_documents(merge: Merge) -> Iterator[RowRefusal]:
    if not has_documents(merge.model.entity) or not {"document", "documentType"} & set(merge.columns):
        return
    wrong = [(row, number) for row, number in _changed_cpfs(merge) if not is_cpf(number)]
    for row, number in wrong:
        yield from refused(merge, "document", [(row, number)], no_cpf(number))


def _changed_cpfs(merge: Merge) -> Iterator[tuple[int, str]]:
    cleared = has_cleared(merge)
    number, kind = (sql.held_value(merge, name, has_cleared=cleared) for name in ("document", "documentType"))
    changes = [
        sql.differs(merge, name, has_cleared=cleared)
        for name in ("document", "documentType")
        if name in sql.written_columns(merge)
    ]
    changed = " OR ".join([f"o.outcome = '{CREATED}'", *changes])
    query = (
        f"SELECT s.crm_row AS crm_row, {number} AS number FROM {sql.writing_with_records(merge)}"
        f" WHERE LOWER({kind}) = 'cpf' AND {number} IS NOT NULL AND ({changed})"
    )
    dialect = sql.DIALECTS[connection.vendor]
    yield from dialect.streamed(dialect.without_sure_cpfs(query))
