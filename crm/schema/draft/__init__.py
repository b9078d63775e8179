"""What shall be published: entities and fields as they are being edited."""
