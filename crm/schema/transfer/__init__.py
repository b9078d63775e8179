"""The schema as one file, out and in."""
