"""Why a change-set cannot be taken back at all."""


class CannotUndo(Exception):
    """There is nothing to take back, or not now; the message says why."""
