"""The steps of a plan: each with its message, its risk, and what it does to the tables."""
