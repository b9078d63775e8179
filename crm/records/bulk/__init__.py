"""Bulk writing with set-based SQL: stage typed rows, compute the difference, apply it in chunks.

The counterpart of `records.writing.saving` for many rows: the same history, the same columns.
"""

from crm.records.bulk.absent_members import members
from crm.records.bulk.applying import CHUNK, apply_chunk
from crm.records.bulk.difference import difference
from crm.records.bulk.duplicate_rows import DUPLICATE_ROW
from crm.records.bulk.given_ids import other_ids
from crm.records.bulk.held_values import NOT_HELD
from crm.records.bulk.merge import Applied, Difference, Merge, RowRefusal, StagedMerge
from crm.records.bulk.outcomes import refuse
from crm.records.bulk.staging import (
    create_staging,
    drop_staging,
    drop_tables,
    is_whole,
    pack,
    pack_lines,
    stage,
    stage_selected,
    staged_count,
    staged_merge,
    tidy,
)  # fmt: skip
from crm.records.dialects.protocol import LineForm, Packed

__all__ = [
    "CHUNK", "DUPLICATE_ROW", "NOT_HELD", "Applied", "Difference", "LineForm", "Merge", "Packed", "RowRefusal", "StagedMerge",
    "apply_chunk", "create_staging", "difference", "drop_staging",
    "drop_tables", "is_whole", "members", "other_ids", "pack", "pack_lines", "refuse", "stage",
    "stage_selected", "staged_count", "staged_merge", "tidy",
]  # fmt: skip
