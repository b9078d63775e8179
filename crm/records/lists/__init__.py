"""Records in lists: what an address asks for, answered page by page."""
