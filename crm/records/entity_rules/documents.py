"""A customer's document: a CPF where its type says so."""

from django.utils.translation import gettext as _

from crm.records.dialects.protocol import Dialect
from crm.records.entity_rules.base import RecordCheck, RecordFault, Values
from crm.schema.fieldtypes.cpf_cnpj import is_cpf


def _fault(record: Values) -> RecordFault | None:
    number, kind = record.get("document"), record.get("documentType")
    if not number or str(kind or "").lower() != "cpf" or is_cpf(number):
        return None
    reason = _("“%(value)s” is not a CPF: eleven digits, the last two of which check the others.")
    return RecordFault("document", number, reason % {"value": number})


def _suspects(dialect: Dialect, query: str) -> str:
    """The CPFs that are not eleven digits with the right check digits, plain or with the usual punctuation.

    Computed as `is_cpf` does, but by the database, which so need not send a million valid numbers.
    """
    fence = dialect.fence()
    bare = "CASE WHEN document LIKE '___.___.___-__' THEN replace(replace(document, '.', ''), '-', '') ELSE document END"
    cpfs = (
        f"SELECT *, {bare} AS bare FROM ({query}) documents WHERE LOWER(\"documentType\") = 'cpf' AND document IS NOT NULL{fence}"
    )
    codes = f"CASE WHEN length(bare) = 11 AND {dialect.is_digits('bare')} THEN {dialect.codes('bare')} END"
    coded = f"SELECT *, {codes} AS codes FROM ({cpfs}) cpfs{fence}"
    summed = f"SELECT *, {_sum(dialect, weighted=True)} AS weighted, {_sum(dialect)} AS plain FROM ({coded}) coded{fence}"
    return f'SELECT crm_row, document, "documentType" FROM ({summed}) summed WHERE ({_is_valid(dialect)}) IS NOT TRUE'


def _sum(dialect: Dialect, *, weighted: bool = False) -> str:
    """The sum of the first nine digits, the first of them ten times, the next nine times and so on."""
    weights = range(10, 1, -1) if weighted else [1] * 9
    terms = " + ".join(f"{dialect.code_at('codes', place)} * {weight}" for place, weight in enumerate(weights))
    return f"{terms} - {sum(weights) * ord('0')}"


def _is_valid(dialect: Dialect) -> str:
    first = "weighted * 10 %% 11 %% 10"
    second = f"(weighted + plain + 2 * ({first})) * 10 %% 11 %% 10"
    digits = [f"{dialect.code_at('codes', place)} - {ord('0')}" for place in (9, 10)]
    return f"{digits[0]} = {first} AND {digits[1]} = {second} AND replace(bare, substr(bare, 1, 1), '') <> ''"


CPF_DOCUMENT = RecordCheck(("document", "documentType"), _fault, _suspects)
