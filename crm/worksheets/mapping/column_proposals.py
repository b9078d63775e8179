"""Which field each column of a worksheet fills, as far as its header and its cells show; what they do not show stays open."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from crm.schema.definitions import EntityDefinition
from crm.worksheets.formats.repeated_headers import originals
from crm.worksheets.mapping import cell_evidence, column_mapping
from crm.worksheets.mapping.header_meanings import DIGITS, FORMER, LABEL, NAME, SYNONYM, HeaderMeanings, Meaning
from crm.worksheets.mapping.inspection import ColumnInspection, Inspection
from crm.worksheets.mapping.synonyms import FULL_NAME, plain, program_of

FIRST, LAST = FULL_NAME.split("+")
Candidate = tuple[int, Meaning]  # the position of a column, and what its header means


@dataclass(frozen=True)
class ColumnProposals:
    """Field by position. What stays open: columns of whole names, those whose cells the field they are called by could not
    read (`unfit`), and by field the columns that mean it alike (`rivals`)."""

    fields: dict[int, str] = field(default_factory=dict)
    full_names: list[int] = field(default_factory=list)
    unfit: dict[int, str] = field(default_factory=dict)
    rivals: dict[str, list[int]] = field(default_factory=dict)

    def to_json(self, headers: Sequence[str]) -> dict[str, Any]:  # Any: JSON values
        """What stays open, by header."""
        return {
            "full_names": [headers[place] for place in self.full_names],
            "unfit": {headers[place]: name for place, name in self.unfit.items()},
            "rivals": {name: [headers[place] for place in places] for name, places in self.rivals.items()},
        }


def propose_columns(
    inspection: Inspection, entity: EntityDefinition, *, former: Mapping[str, str], stated: Mapping[int, str | None]
) -> ColumnProposals:
    """`former` are fields by header in earlier worksheets; `stated` says by position what a column fills (None: nothing)."""
    candidates = [pair for pair in _candidates(inspection, entity, former) if pair[0] not in stated]
    fitting = [pair for pair in candidates if _fits(pair, inspection, entity)]
    found = ColumnProposals({place: name for place, name in stated.items() if name})
    names = _of_names(fitting)
    _assign([pair for pair in fitting if pair not in names], inspection, found)
    _assign_names(names, inspection, found)
    _assign_addresses(inspection, entity, stated, found)
    _open_doubtful_addresses(fitting, inspection, entity, found)
    _note_unfit(candidates, fitting, found)
    return found


def _candidates(inspection: Inspection, entity: EntityDefinition, former: Mapping[str, str]) -> Iterator[Candidate]:
    meanings, repeats = HeaderMeanings(entity, former), originals(inspection.headers)
    for place, (header, repeated) in enumerate(zip(inspection.headers, repeats, strict=True)):
        if header and not column_mapping.is_left_out(header):
            called = repeated if repeated != header and not column_mapping.field_named(header, entity) else header
            yield from ((place, meaning) for meaning in meanings.of(called, spelled=header))


def _fits(pair: Candidate, inspection: Inspection, entity: EntityDefinition) -> bool:
    place, meaning = pair
    definition, column = entity.field(meaning.field), inspection.columns[place]
    if definition is None:  # an id, or a whole name
        return meaning.field != FULL_NAME or not cell_evidence.holds_addresses(column)
    if meaning.strength == NAME:
        return not cell_evidence.contradicts(column, definition)
    return cell_evidence.fits(column, definition)


def _assign(candidates: Sequence[Candidate], inspection: Inspection, found: ColumnProposals) -> None:
    """The surest first; a field that several columns mean alike stays open, unless only one of them holds anything."""

    def sureness(pair: Candidate) -> tuple[int, int, str]:
        return pair[1].strength, pair[1].rank, pair[1].field

    for (_strength, _rank, name), pairs in groupby(sorted(candidates, key=sureness), key=sureness):
        open_places = [place for place, _meaning in pairs if place not in found.fields]
        if not open_places or name in found.fields.values() or name in found.rivals:
            continue
        if (place := _chosen([inspection.columns[place] for place in open_places], open_places)) is None:
            found.rivals[name] = open_places
        else:
            found.fields[place] = name


def _chosen(columns: Sequence[ColumnInspection], places: Sequence[int]) -> int | None:
    """The place of the column that alone holds something, or of the first of those that hold the same."""
    filled = [(place, column) for place, column in zip(places, columns, strict=True) if column.filled]
    contents = {(column.filled, tuple(column.probe), tuple(column.values)) for _place, column in filled}
    if len(contents) > 1:
        return None
    return filled[0][0] if filled else places[0]


def _of_names(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those of columns like `Nome`, which is the label of the first name and the usual header of whole names."""
    whole = {place for place, meaning in candidates if meaning.field == FULL_NAME}
    return [
        (place, meaning)
        for place, meaning in candidates
        if place in whole and meaning.field in {FIRST, FULL_NAME} and meaning.strength != NAME
    ]


def _assign_names(candidates: Sequence[Candidate], inspection: Inspection, found: ColumnProposals) -> None:
    """Beside last names it is the first name, where the cells hold several words a whole name, which may be divided."""
    labelled = {place for place, meaning in candidates if meaning.field == FIRST}
    for place in dict.fromkeys(place for place, _meaning in candidates):
        if place in found.fields or FIRST in found.fields.values():
            continue
        column = inspection.columns[place]
        is_whole = cell_evidence.holds_whole_names(column)
        if _stands_beside_last_names(column, inspection, found) or (place in labelled and not is_whole):
            found.fields[place] = FIRST
        else:
            found.full_names.append(place)


def _stands_beside_last_names(column: ColumnInspection, inspection: Inspection, found: ColumnProposals) -> bool:
    """Return True if another column holds what is missing here, and not what is here already."""
    last = next((inspection.columns[place] for place, name in found.fields.items() if name == LAST), None)
    return last is not None and bool(last.filled or not column.filled) and not cell_evidence.repeats_last_names(column, last)


def _assign_addresses(
    inspection: Inspection, entity: EntityDefinition, stated: Mapping[int, str | None], found: ColumnProposals
) -> None:
    """A column of addresses is the e-mail whatever it is called, if no other is."""
    email = cell_evidence.email_field(entity)
    if email is None or email.name in {*found.fields.values(), *found.rivals}:
        return
    places = [place for place in _address_places(inspection) if place not in {*stated, *found.fields}]
    if len(places) == 1:
        found.fields[places[0]] = email.name
    elif places:
        found.rivals[email.name] = places


def _open_doubtful_addresses(
    candidates: Sequence[Candidate], inspection: Inspection, entity: EntityDefinition, found: ColumnProposals
) -> None:
    """A header does not make a column the e-mail where another, called so alike, holds as many addresses, but not the same."""
    email = cell_evidence.email_field(entity)
    place = next((place for place, name in found.fields.items() if email and name == email.name), None)
    if email is None or place is None:
        return
    strengths: dict[int, int] = {}
    for at, meaning in candidates:
        if meaning.field == email.name:
            strengths[at] = min(meaning.strength, strengths.get(at, meaning.strength))
    if place not in strengths or strengths[place] == FORMER:
        return
    free = [at for at in _address_places(inspection) if at not in found.fields]
    if alike := [at for at in free if _may_be_meant(at, place, strengths, inspection, entity)]:
        del found.fields[place]
        found.rivals[email.name] = sorted([place, *alike])


def _may_be_meant(at: int, chosen: int, strengths: Mapping[int, int], inspection: Inspection, entity: EntityDefinition) -> bool:
    """Return True if a column of addresses is as likely the e-mail as the one that was chosen by its header."""
    one, other = inspection.columns[at], inspection.columns[chosen]
    if one.filled < other.filled:
        return False
    if one.filled == other.filled and (one.probe == other.probe or _comes_after(one.header, other.header, entity)):
        return False
    return strengths[chosen] >= SYNONYM or strengths.get(at, SYNONYM) <= LABEL


def _comes_after(header: str, first: str, entity: EntityDefinition) -> bool:
    """Return True for `E-mail 2` after `E-mail`, and for two headers of one program, which the table puts in order."""
    if plain(header) == plain(first):
        return False
    program = program_of(header, entity.acronym)
    is_numbered = DIGITS.sub("", plain(header)) == DIGITS.sub("", plain(first))
    return is_numbered or (program != "" and program == program_of(first, entity.acronym))


def _address_places(inspection: Inspection) -> list[int]:
    """Of columns that hold e-mail addresses, most of them of one row alone."""
    return [
        place
        for place, column in enumerate(inspection.columns)
        if column.header and not column_mapping.is_left_out(column.header)
        if cell_evidence.holds_addresses(column) and cell_evidence.identifies(column)
    ]


def _note_unfit(candidates: Sequence[Candidate], fitting: Sequence[Candidate], found: ColumnProposals) -> None:
    """Of columns that stay open, the first field they are called by."""
    for place, meaning in candidates:
        if (place, meaning) not in fitting and place not in found.fields and place not in found.full_names:
            found.unfit.setdefault(place, meaning.field)
