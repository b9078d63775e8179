"""The form designer: what its buttons do, what it shows, its pages."""
