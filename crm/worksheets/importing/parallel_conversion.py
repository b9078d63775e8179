"""The rows of a long worksheet, converted by two processes: a helper takes the blocks that this one has no time for."""

import os
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from crm.records import bulk
from crm.schema import fieldtypes
from crm.worksheets.formats.rows import SheetRow
from crm.worksheets.importing import converting
from crm.worksheets.importing.converting import ColumnConversion, ConversionResult
from crm.worksheets.importing.worker_process import ConversionWorker, Converted, convert_and_pack

ALONE = 20  # blocks; a helper needs half a second to start, and would come too late for less


def packed_rows(rows: Iterable[SheetRow], columns: ColumnConversion, found: ConversionResult) -> Iterator[bulk.Packed]:
    """The good rows ready to be staged, roughly in their order; what else was found is added to `found`."""
    for packed, more in _converted(converting.blocks_of(rows), columns):
        found.add(more)
        if packed:
            yield packed
    found.refusals.sort(key=lambda refusal: refusal.row)


def _converted(blocks: Iterator[list[SheetRow]], columns: ColumnConversion) -> Iterator[Converted]:
    yield from _alone(islice(blocks, ALONE), columns)
    if (next_one := next(blocks, None)) is None:
        return
    rest = chain([next_one], blocks)
    if is_parallelizable(columns):
        with ConversionWorker(columns) as helper:
            yield from _shared(rest, columns, helper)
    else:
        yield from _alone(rest, columns)


def _alone(blocks: Iterable[list[SheetRow]], columns: ColumnConversion) -> Iterator[Converted]:
    return (convert_and_pack(block, columns) for block in blocks)


def is_parallelizable(columns: ColumnConversion) -> bool:
    """Whether there is a second processor, and no cell that only the database tells the meaning of."""
    fields = map(columns.entity.field, columns.mapping.names)
    return (os.cpu_count() or 1) > 1 and not any(field and fieldtypes.get(field.type).asks_database for field in fields)


def _shared(blocks: Iterable[list[SheetRow]], columns: ColumnConversion, helper: ConversionWorker) -> Iterator[Converted]:
    for block in blocks:
        if helper.has_room:
            helper.take(block)
        else:
            yield convert_and_pack(block, columns)
        yield from helper.ready()
    yield from helper.rest()
