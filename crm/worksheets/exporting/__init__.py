"""Records out, as files."""
