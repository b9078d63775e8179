"""What can be wrong with a worksheet as a whole."""


class UnreadableWorksheet(ValueError):
    """The file cannot be read as a worksheet; the message says what is wrong and what to do."""


class NothingWritten(Exception):
    """A worksheet that was to go in as a whole or not at all has a refused row; the message says which."""


class NoRoom(Exception):
    """The disk is full; the message says what that means and what to do."""


class InvalidMapping(ValueError):
    """A header, key or option does not fit the entity; the message names it."""


class DoesNotFit(ValueError):
    """What is to be written is more than the format holds; the message says which other would do."""
