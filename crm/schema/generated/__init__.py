"""The published schema as Django model classes, and the relationships between their fields."""
