"""What a cluster may be refused for."""


class InvalidCluster(ValueError):
    """A cluster that cannot be made, changed or answered like this; the message says why."""


class InvalidSelection(ValueError):
    """A selection that does not say whom it means; the message says why."""
