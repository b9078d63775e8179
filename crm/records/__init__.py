"""Records of every entity: lists, forms, saving and history."""
