"""Pages of imports and exports, a module a screen."""
