"""The schema editor: data entities, fields and forms as drafts, and their publication."""
