"""The steps of a plan: each with its sentence, its risk, and what it does to the tables."""
