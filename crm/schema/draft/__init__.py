"""The draft of the schema: entities and fields as they are edited before they are published."""
