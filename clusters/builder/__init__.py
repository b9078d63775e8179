"""A rule while it is built: what it would match, tried on a few."""
