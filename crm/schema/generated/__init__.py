"""What is published as model classes, and how its fields relate."""
