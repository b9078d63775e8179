"""Which option of a field a text means: the one of this stored value, else the one of this label, in any language."""

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches

from django.utils.translation import gettext as _

from crm.rules.comparisons.values import normalized
from crm.rules.conditions import Normalization
from crm.rules.errors import RuleError
from crm.rules.folding import fold
from crm.rules.patterns import is_like
from crm.rules.resolving import FieldOption, Fields, RuleField, canonical_path, find_reference, resolve
from crm.rules.tree import Comparison, InList, LiteralValue, RelatedTest, Rule, Term, replaced_leaves

SHOWN = 12  # options in a refusal


def values_named(field: RuleField, text: str, normalization: Normalization) -> list[str]:
    """The stored values that a text may mean: itself if it is one; more than one where options share a label."""
    wanted = normalized(text, normalization)
    if any(normalized(option.value, normalization) == wanted for option in field.options):
        return [text]
    return values_labelled(field, (wanted,), normalization)


def values_labelled(field: RuleField, wanted: tuple[str, ...], normalization: Normalization) -> list[str]:
    """The values of the options that have a label which fits the parts between wildcards."""
    return [option.value for option in field.options if _is_labelled(option, wanted, normalization)]


def _is_labelled(option: FieldOption, wanted: tuple[str, ...], normalization: Normalization) -> bool:
    return any(is_like(normalized(label, normalization), wanted) for label in option.labels)


def as_stored(rule: Rule, fields: Fields) -> Rule:
    """The rule with names in place of labels, of fields and options, so that it stays right when labels change or options go."""
    return replaced_leaves(rule, lambda leaf: _related(leaf, fields) if isinstance(leaf, RelatedTest) else _term(leaf, fields))


def _related(test: RelatedTest, fields: Fields) -> RelatedTest:
    inner, records = find_reference(test.records, fields).fields(), test.records
    of = inner.find(test.of, at=test.at).name if test.of.startswith('"') else test.of
    return replace(test, of=of, records=replace(records, where=as_stored(records.where, inner) if records.where else None))


def _term(term: Term, fields: Fields) -> Term:
    field = resolve(term.field, fields).field
    named = replace(term, field=canonical_path(term.field, fields)) if '"' in str(term.field) else term
    if isinstance(named, Comparison) and named.operator in {"=", "<>"}:
        return replace(named, value=_stored(named.value, field))
    return replace(named, values=tuple(_stored(value, field) for value in named.values)) if isinstance(named, InList) else named


def _stored(value: LiteralValue, field: RuleField) -> LiteralValue:
    found = [] if value.has_wildcard else values_named(field, value.text, "folded")
    return replace(value, parts=(found[0],)) if len(found) == 1 else value


def unknown_option(field: RuleField, text: str, at: int) -> RuleError:
    words = {fold(word): option.value for option in field.options for word in (option.value, *option.labels)}
    close = get_close_matches(fold(text[:60]), words, n=1, cutoff=0.6)
    shown = {"value": text[:60], "name": field.name, "options": _listed(field)}
    reason = _("“%(value)s” is no option of “%(name)s”. Its options: %(options)s.") % shown
    return RuleError(reason, at, suggestion=words[close[0]] if close else "")


def shared_label(field: RuleField, text: str, values: Sequence[str], at: int) -> RuleError:
    shown = {"value": text[:60], "name": field.name, "options": ", ".join(values)}
    return RuleError(_("“%(value)s” is the label of several options of “%(name)s”: %(options)s. Write one of these.") % shown, at)


def _listed(field: RuleField) -> str:
    shown = [_shown(option) for option in field.options[:SHOWN]]
    return ", ".join([*shown, "…"] if len(field.options) > SHOWN else shown)


def _shown(option: FieldOption) -> str:
    label = next((label for label in option.labels if label != option.value), "")
    return f"{option.value} ({label})" if label else option.value
