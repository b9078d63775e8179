"""Which single change would let a record in, or out: the comparisons each of which alone decides."""

from clusters.why.explanation_tree import ExplainedClause, ExplainedNode


def deciding(tree: ExplainedNode) -> list[ExplainedClause]:
    """Those whose other result would turn the whole. None of a field that is compared twice: its change would decide both."""
    asked = [clause.about for clause in _innermost(tree)]
    return [clause for clause in _turning(tree) if asked.count(clause.about) == 1]


def _turning(node: ExplainedNode) -> list[ExplainedClause]:
    if isinstance(node, ExplainedClause):
        return _turning(node.tree) if node.tree else [node]
    if node.join == "not":
        return _turning(node.parts[0])
    if node.holds is (node.join == "all"):  # each part of ALL that held or of ANY that did not: one is enough to turn it
        return [clause for part in node.parts for clause in _turning(part)]
    against = [part for part in node.parts if part.holds is node.holds]
    return _turning(against[0]) if len(against) == 1 else []


def _innermost(node: ExplainedNode) -> list[ExplainedClause]:
    if isinstance(node, ExplainedClause):
        return _innermost(node.tree) if node.tree else [node]
    return [clause for part in node.parts for clause in _innermost(part)]
