"""Clusters that a new one might be mistaken for: the same words in other capitals, without accents, or in the plural."""

import re

from clusters.models import Cluster
from crm.rules.folding import fold

# Endings of plurals in the three languages of the pages, folded, and what the singular has instead.
PLURALS = (("oes", "ao"), ("aes", "ao"), ("ais", "al"), ("eis", "el"), ("es", ""), ("s", ""))


def similar_cluster(label: str, entity: str) -> Cluster | None:
    """The oldest one, in use or archived, that is called like this but for spelling."""
    wanted, clusters = _words(label), Cluster.objects.filter(entity=entity)
    if not wanted:
        return None
    return next(
        (cluster for cluster in clusters if any(_are_alike(wanted, _words(text)) for text in cluster.labels.values())), None
    )


def _words(label: str) -> list[set[str]]:
    """The singulars that each word may be the plural of, and the word itself."""
    return [{word, *_singulars(word)} for word in re.findall(r"\w+", fold(label))]


def _singulars(word: str) -> set[str]:
    return {word.removesuffix(plural) + singular for plural, singular in PLURALS if word.endswith(plural)} - {""}


def _are_alike(one: list[set[str]], other: list[set[str]]) -> bool:
    return len(one) == len(other) and all(forms & others for forms, others in zip(one, other, strict=True))
