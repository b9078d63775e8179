"""Converts the rows of a long worksheet in two processes: a worker takes the blocks that this one has no time for."""

import os
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from crm.records import bulk
from crm.schema import fieldtypes
from crm.worksheets.formats.rows import SheetRow
from crm.worksheets.importing import converting
from crm.worksheets.importing.converting import ColumnConversion, ConversionResult
from crm.worksheets.importing.worker_process import ConversionWorker, Converted, convert_and_pack

ALONE = 20  # blocks; a worker needs half a second to start, and would come too late for fewer


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
        with ConversionWorker(columns) as worker:
            yield from _shared(rest, columns, worker)
    else:
        yield from _alone(rest, columns)


def _alone(blocks: Iterable[list[SheetRow]], columns: ColumnConversion) -> Iterator[Converted]:
    return (convert_and_pack(block, columns) for block in blocks)


def is_parallelizable(columns: ColumnConversion) -> bool:
    """Return True if there is a second processor, and no cell must be looked up in the database."""
    fields = map(columns.entity.field, columns.mapping.names)
    asks_database = columns.has_prefixed_ids or any(field and fieldtypes.get(field.type).asks_database for field in fields)
    return (os.cpu_count() or 1) > 1 and not asks_database


def _shared(blocks: Iterable[list[SheetRow]], columns: ColumnConversion, worker: ConversionWorker) -> Iterator[Converted]:
    for block in blocks:
        if worker.has_room:
            worker.take(block)
        else:
            yield convert_and_pack(block, columns)
        yield from worker.ready()
    yield from worker.rest()
