"""Undoing a change-set: the merge in reverse, by the law of contract §6.

`reverse_merge` says what, `staging` collects the changes, `conflicts` and `dependencies` find what is kept, `assessing` counts,
`applying` writes a chunk, `running` is the entry point.
"""

from crm.records.undoing.entity_order import entities_of
from crm.records.undoing.errors import CannotUndo
from crm.records.undoing.reverse_merge import UndoCounts
from crm.records.undoing.running import Progress, UndoCheckpoint, name_of, open_undo, rehearse, run

__all__ = ["CannotUndo", "Progress", "UndoCheckpoint", "UndoCounts", "entities_of", "name_of", "open_undo", "rehearse", "run"]
