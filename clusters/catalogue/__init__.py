"""The clusters there are: made, changed, deleted, listed."""
