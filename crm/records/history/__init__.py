"""What changed, when, by whom: read, told in words, kept and forgotten."""
