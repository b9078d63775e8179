"""Why a change-set cannot be undone at all."""


class CannotUndo(Exception):
    """There is nothing to undo, or not now; the message says why."""
