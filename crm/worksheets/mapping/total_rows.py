"""Rows that look like totals, below a list or between its groups: `Total geral;;150`, `(2 registros);;`. They are nobody's."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.worksheets.formats.formula_escaping import unguarded

PREFIX = "(?:grand|sub|valor|qtde?|quantidade|n[uú]mero|cantidad|importe|monto)[ .:-]*+"
TOTALS, SUMS = "tota(?:l|ls|is|les)", "soma|suma|sum|m[eé]dia|promedio|average"
COUNT = r"\(?[0-9]{1,9} (?:registros?|records?|rows?|linhas?|filas?|itens|items?|resultados?|results?)\)?"
MADE = "(?:gerado|emitido|exportado|impresso|generado|exported|generated|printed)"
# After “Total”, which companies are called too: what is counted, and how much.
COUNTED = (
    "geral|general|gerais|generales|de|do|da|dos|das|del|of|the|por|clientes?|customers?|contatos?|contacts?|pedidos?|orders?"
    "|registros?|records?|vendas?|ventas?|sales|itens|items?|linhas?|rows?|filas?|ativos?|activos?|active|m[eê]s|mes|month|[0-9]++"
)
AFTER = rf"(?:[\s:.,()]++(?:(?:{COUNTED})(?![^\W_])[\s:.,()]*+)*+)?"
TOTAL = re.compile(
    rf"{COUNT}\.?|{MADE} .{{0,80}}|(?:{PREFIX})++(?:{TOTALS})(?:[\s:.(].{{0,40}})?|(?:{TOTALS}){AFTER}"
    rf"|(?:{PREFIX})*+(?:{SUMS})(?: (?:geral|general|total))?[ .:]*",
    re.I | re.S,
)
AMOUNT = re.compile(r"(?:[A-Z]{0,3}[$€£]|[A-Z]{3})?\s?[-+(]?[0-9][0-9.,'\s]*\)?\s?(?:%|[^\W\d_]{1,12})?|[-–—]+")
LONGEST_COUNT = 7  # digits in a field that is no number; longer ones are a code or a phone
# Of the cell of any total, quoted or not, and of few others.
BEGINNING = rf"""(?i:["'=\s]*+(?:{COUNT}|{MADE} |(?:{PREFIX})*+(?:{TOTALS}|{SUMS})\b))"""
BEGINS = re.compile(BEGINNING)


@dataclass(frozen=True)
class TotalRows:
    """How totals are recognised: one cell says so, every other one that something is `taken` from is empty or an amount.

    The cell is at one of the `places`, and nothing is at those that are `empty`; `numbers` are columns of any number.
    """

    places: tuple[int, ...]
    empty: frozenset[int]
    taken: frozenset[int]
    numbers: frozenset[int]

    def find(self, row: Sequence[str]) -> str:
        """The cell that calls the row a total; empty if none does."""
        word = next((place for place in self.places if place < len(row) and BEGINS.match(row[place])), None)
        if word is None:
            return ""
        filled = {place: cell for place, text in enumerate(unguarded(row)) if (cell := text.strip())}
        if not TOTAL.fullmatch(filled[word]) or not self.empty.isdisjoint(filled):
            return ""
        others = ((place, filled[place]) for place in self.taken & filled.keys() if place != word)
        return filled[word] if all(self._is_amount(place, cell) for place, cell in others) else ""

    def _is_amount(self, place: int, cell: str) -> bool:
        is_short = place in self.numbers or sum(map(str.isdecimal, cell)) <= LONGEST_COUNT
        return is_short and AMOUNT.fullmatch(cell) is not None


def total_rows(
    entity: EntityDefinition, fields: Mapping[int, str], *, width: int, keys: Collection[str], may_lack_id: bool
) -> TotalRows:
    """Where columns fill the key, which no total has, the word stands in its place; a key that takes no words refuses it.

    `may_lack_id`: without an id a row makes a record; else such a row is skipped anyway.
    """
    of_key = {place: entity.field(name) for place, name in fields.items() if name in keys}
    ids = frozenset(place for place, name in fields.items() if name == "id")
    if of_key:
        places = [place for place, field in of_key.items() if field and _takes_words(field)]
    else:
        places = list(range(width)) if may_lack_id or not ids else []
    return TotalRows(tuple(places), ids, frozenset(fields), _numbers(entity, fields))


def _takes_words(field: FieldDefinition) -> bool:
    try:
        fieldtypes.get(field.type).clean("Total", field)
    except fieldtypes.InvalidValue:
        return False
    return True


def _numbers(entity: EntityDefinition, fields: Mapping[int, str]) -> frozenset[int]:
    kinds = {place: fieldtypes.get(field.type).kind for place, name in fields.items() if (field := entity.field(name))}
    return frozenset(place for place, kind in kinds.items() if kind in {"integer", "decimal"})
