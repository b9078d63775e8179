"""Django forms of the schema editor."""
