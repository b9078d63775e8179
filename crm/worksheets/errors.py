"""What can be wrong with a worksheet as a whole."""


class UnreadableWorksheet(ValueError):
    """The file cannot be read as a worksheet; the message says what is wrong and what to do."""


class InvalidMapping(ValueError):
    """A header, key or option does not fit the entity; the message names it."""
