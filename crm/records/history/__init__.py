"""The change history: read, described in words, stored by month and deleted when it expires."""
