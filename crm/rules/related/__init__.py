"""Records that refer to the one that is asked: what is counted and computed of them, in Python and in the database."""
