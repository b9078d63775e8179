"""Taking a change-set back: the merge backwards, by the law of contract §6.

`backwards` says what, `staging` collects the changes, `standing` and `needing` find what stands in the way, `judging` counts,
`applying` writes a chunk, `running` is the verb.
"""

from crm.records.undoing.entities import entities_of
from crm.records.undoing.errors import CannotUndo
from crm.records.undoing.reverse_merge import Undone
from crm.records.undoing.running import Done, Progress, name_of, open_undo, rehearse, run

__all__ = ["CannotUndo", "Done", "Progress", "Undone", "entities_of", "name_of", "open_undo", "rehearse", "run"]
