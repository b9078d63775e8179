"""The page between upload and import: what was guessed, what would change, what can be fixed."""
