"""How large a rule may be. Every refusal states its limit."""

MAX_LENGTH = 10_000  # characters of a rule's text
MAX_DEPTH = 20  # levels of parentheses and NOT; SQLite's parser gives up at about thirty
MAX_TERMS = 200  # comparisons written in one rule
MAX_VALUES = 500  # values of one list
MAX_WILDCARDS = 8  # wildcards of one value: each may make the database read a text again
MAX_BUCKETS = 1_000  # of one bucket(…)
MAX_EXPANDED_TERMS = 500  # comparisons after its Rule fields are expanded
MAX_RELATED = 20  # conditions on related records, with those of its Rule fields: each is a query of its own
MAX_RELATED_DEPTH = 3  # conditions on related records of related records
