"""How large a rule may be. Every refusal states its limit."""

LONGEST = 10_000  # characters of a rule's text
DEEPEST = 20  # levels of parentheses and NOT; SQLite's parser gives up at about thirty
MOST_TERMS = 200  # comparisons written in one rule
MOST_VALUES = 500  # values of one list
MOST_STARS = 8  # wildcards of one value: each may make the database read a text again
MOST_EXPANDED = 500  # comparisons once the Rule fields that a rule names are written out
