"""Pages of the schema editor."""
