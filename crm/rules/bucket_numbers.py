"""The bucket that a record's id falls into: told by its digest, and so the same on every day and in every database."""

import hashlib

HEX_DIGITS = 8  # of the digest: four billion, far more than there are buckets


def bucket_of(record_id: str, buckets: int) -> int:
    """From 0 on. `expressions.BucketOf` gives the same in SQL."""
    return int(hashlib.sha256(record_id.encode()).hexdigest()[:HEX_DIGITS], 16) % buckets
