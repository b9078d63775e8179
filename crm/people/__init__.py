"""Users, roles, permission and audit."""
