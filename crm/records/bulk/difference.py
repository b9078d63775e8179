"""The difference between staged rows and records: this is the rehearsal, and what applying starts from."""

from collections.abc import Iterator

from django.db import connection, transaction
from django.utils.translation import gettext as _

from crm.records.bulk import sql
from crm.records.bulk.merge import CREATED, REFUSED, SKIPPED, UNCHANGED, UPDATED, Difference, Merge, RowRefusal
from crm.records.bulk.names import column_of, quoted, table_of
from crm.schema.definitions import FieldDefinition


@transaction.atomic
def difference(merge: Merge) -> Difference:
    """Gives each staged row its outcome and its record, checks every unique field, and counts."""
    sql.DIALECTS[connection.vendor].plan_for_many_rows()
    _outcomes_table(merge)
    refusals = [*_unknown_ids(merge), *_duplicates(merge), *_repeated_values(merge)]
    counts = _counts(merge)
    return Difference(
        created=counts.get(CREATED, 0),
        updated=counts.get(UPDATED, 0),
        unchanged=counts.get(UNCHANGED, 0),
        skipped=counts.get(SKIPPED, 0),
        refusals=sorted(refusals, key=lambda refusal: refusal.row),
    )


def has_cleared(merge: Merge) -> bool:
    return bool(_rows(f"SELECT 1 FROM {quoted(merge.staging)} WHERE crm_cleared IS NOT NULL LIMIT 1"))


def outcome_of_row(merge: Merge) -> str:
    """The outcome of a staged row s and its record r (null when it has none), as SQL."""
    changed = sql.any_differs(merge, has_cleared=has_cleared(merge))
    matched = f"'{SKIPPED}'" if merge.mode == "create" else f"CASE WHEN {changed} THEN '{UPDATED}' ELSE '{UNCHANGED}' END"
    return f"CASE WHEN r.id IS NOT NULL THEN {matched} WHEN s.crm_key IS NULL THEN '{_without_key(merge)}' ELSE '{_unmatched(merge)}' END"


def _without_key(merge: Merge) -> str:
    return SKIPPED if merge.mode == "update" else CREATED


def _unmatched(merge: Merge) -> str:
    if merge.mode == "update":
        return REFUSED if merge.key == "id" else SKIPPED
    return REFUSED if merge.key == "id" and merge.mode != "create" else CREATED


def _record_of_row(merge: Merge) -> str:
    made = sql.DIALECTS[connection.vendor].new_ids()
    return f"COALESCE(r.id, {'s.crm_key, ' if merge.key == 'id' else ''}{made})"


def _outcomes_table(merge: Merge) -> None:
    table = sql.DIALECTS[connection.vendor].TABLE
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {quoted(merge.outcomes)}")
        cursor.execute(
            f"{table} {quoted(merge.outcomes)} AS SELECT s.crm_row AS crm_row, {_record_of_row(merge)} AS record_id,"
            f" {outcome_of_row(merge)} AS outcome FROM {sql.joined(merge)}",
            (),
        )
        cursor.execute(f"CREATE UNIQUE INDEX {quoted(merge.outcomes + '_row')} ON {quoted(merge.outcomes)} (crm_row)")
        cursor.execute(f"ANALYZE {quoted(merge.outcomes)}")


def _unknown_ids(merge: Merge) -> Iterator[RowRefusal]:
    if merge.key != "id":
        return
    rows = f"SELECT s.crm_row, s.crm_key FROM {quoted(merge.staging)} s JOIN {quoted(merge.outcomes)} o ON o.crm_row = s.crm_row"
    for row, value in _rows(f"{rows} WHERE o.outcome = '{REFUSED}'"):
        yield RowRefusal(row, "id", value, _("There is no record with this id; leave the cell empty to create one."))


def _duplicates(merge: Merge) -> Iterator[RowRefusal]:
    """Rows that share a key: refused, or all but one dropped."""
    key = sql.key_of(merge, "s")
    groups = f"SELECT {key} FROM {quoted(merge.staging)} s WHERE s.crm_key IS NOT NULL GROUP BY {key} HAVING count(*) > 1"
    if not _rows(f"{groups} LIMIT 1"):  # as most worksheets: spares looking each row up among the groups
        return
    twins = _rows(
        f"SELECT s.crm_row, s.crm_key, {key} FROM {quoted(merge.staging)} s WHERE {key} IN ({groups}) ORDER BY s.crm_row"
    )
    if merge.duplicates != "refuse":
        _mark(merge, _dropped(twins, keep_last=merge.duplicates == "last"), SKIPPED)
        return
    _mark(merge, [row for row, _value, _same in twins], REFUSED)
    for row, value, _same in twins:
        yield RowRefusal(row, merge.key, value, _("This key stands in several rows of the worksheet."))


def _dropped(twins: list[tuple], *, keep_last: bool) -> list[int]:
    kept: dict[object, int] = {}
    for row, _value, same in twins:
        if keep_last or same not in kept:
            kept[same] = row
    return [row for row, _value, same in twins if kept[same] != row]


def _repeated_values(merge: Merge) -> Iterator[RowRefusal]:
    """Unique fields other than the key: a value may stand once in the worksheet and belong to no other record."""
    for name in sql.written_columns(merge):
        field = merge.model.entity.field(name)
        if field is not None and field.unique:
            yield from _refused(
                merge, name, _repeated_in_file(merge, field), _("This value stands in several rows of the worksheet.")
            )
            yield from _refused(merge, name, _held_by_others(merge, field), _("Another record has this value already."))


def _writing(merge: Merge) -> str:
    return f"{quoted(merge.staging)} s JOIN {quoted(merge.outcomes)} o ON o.crm_row = s.crm_row AND o.outcome IN ('{CREATED}', '{UPDATED}')"


def _repeated_in_file(merge: Merge, field: FieldDefinition) -> str:
    value = sql.folded(merge, field.name, f"s.{quoted(field.name)}")
    groups = f"SELECT {value} FROM {_writing(merge)} WHERE {value} IS NOT NULL GROUP BY {value} HAVING count(*) > 1"
    return f"SELECT s.crm_row, s.{quoted(field.name)} FROM {_writing(merge)} WHERE {value} IN ({groups})"


def _held_by_others(merge: Merge, field: FieldDefinition) -> str:
    staged = sql.folded(merge, field.name, f"s.{quoted(field.name)}")
    column = f"x.{quoted(column_of(merge, field.name))}"
    held = sql.folded(merge, field.name, column)
    # "Is not null" lets both databases use the conditional unique index.
    other = f"{table_of(merge)} x ON {held} = {staged} AND {column} IS NOT NULL AND x.id <> o.record_id"
    return f"SELECT s.crm_row, s.{quoted(field.name)} FROM {_writing(merge)} JOIN {other}"


def _refused(merge: Merge, name: str, query: str, reason: str) -> Iterator[RowRefusal]:
    found = _rows(query)
    _mark(merge, [row for row, _value in found], REFUSED)
    for row, value in found:
        yield RowRefusal(row, name, value, reason)


def _mark(merge: Merge, rows: list[int], outcome: str) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quoted(merge.outcomes)} SET outcome = '{outcome}' WHERE crm_row = %s", [(row,) for row in rows]
        )


def _counts(merge: Merge) -> dict[str, int]:
    return dict(_rows(f"SELECT outcome, count(*) FROM {quoted(merge.outcomes)} GROUP BY outcome"))


def _rows(query: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, ())
        return cursor.fetchall()
