"""The rule language: text to tree to Q, with an explanation for one record."""
