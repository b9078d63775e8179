"""Pages about people, a module a screen."""
