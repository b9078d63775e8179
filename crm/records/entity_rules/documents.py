"""A customer's document: a CPF where its type says so."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from crm.records.dialects.protocol import Dialect
from crm.records.entity_rules.base import RecordCheck, RecordFault, Values
from crm.schema.fieldtypes.invisible import trimmed
from crm.schema.fieldtypes.tax_numbers import is_cpf, lost_zeros, with_zeros


def _fault(record: Values) -> RecordFault | None:
    number, kind = record.get("document"), record.get("documentType")
    if not number or str(kind or "").lower() != "cpf" or is_cpf(number):
        return None
    if is_cpf(with_zeros(trimmed(number))):
        return RecordFault("document", number, lost_zeros(trimmed(number)))
    reason = _("“%(value)s” is not a CPF: eleven digits, the last two of which check the others.")
    return RecordFault("document", number, reason % {"value": number})


def _suspects(dialect: Dialect, query: str) -> str:
    cpfs = f"SELECT * FROM ({query}) documents WHERE LOWER(\"documentType\") = 'cpf' AND document IS NOT NULL"
    return cpfs if dialect.IN_PROCESS else _without_valid_cpfs(cpfs)


def _without_valid_cpfs(query: str) -> str:
    """Leaves out the documents that are eleven digits with the right check digits, plain or with the usual punctuation.

    In PostgreSQL's SQL, computed as `is_cpf` does: the database need not send a million valid numbers.
    """
    # OFFSET keeps the planner from computing an expression wherever it is used.
    bare = "CASE WHEN document LIKE '___.___.___-__' THEN translate(document, '.-', '') ELSE document END"
    digits = "CASE WHEN octet_length(bare) = 11 AND translate(bare, '0123456789', '') = '' THEN bare::bytea END"
    stripped = f"SELECT *, {bare} AS bare FROM ({query}) cpfs OFFSET 0"
    split = f"SELECT *, {digits} AS d FROM ({stripped}) stripped OFFSET 0"
    sums = f"SELECT *, {_sum(range(10, 1, -1))} AS weighted, {_sum([1] * 9)} AS plain FROM ({split}) split OFFSET 0"
    first = "weighted * 10 %% 11 %% 10"  # with its own weight, 2, it is a part of what the second follows from
    second = f"(weighted + plain + 2 * ({first})) * 10 %% 11 %% 10"
    is_valid = f"{_digit(9)} = {first} AND {_digit(10)} = {second} AND bare <> repeat(left(bare, 1), 11)"
    return f'SELECT crm_row, document, "documentType" FROM ({sums}) sums WHERE ({is_valid}) IS NOT TRUE'


def _sum(weights: Sequence[int]) -> str:
    return " + ".join(f"{_digit(place)} * {weight}" for place, weight in enumerate(weights))


def _digit(place: int) -> str:
    return f"(get_byte(d, {place}) - {ord('0')})"


CPF_DOCUMENT = RecordCheck(("document", "documentType"), _fault, _suspects)
