"""Why a change-set cannot be undone at all."""


class CannotUndo(Exception):
    """The change-set cannot be undone, or not now; the message says why."""
