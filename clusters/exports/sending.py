"""The request that brings a run's file to its address."""

import time

from clusters.exports.posting import Network, post
from clusters.exports.signing import signature, stored_secret
from clusters.models import ExportRun
from crm.worksheets.exporting.file_formats import chosen_format


def send(run: ExportRun, *, network: Network) -> int:
    """The status of the answer. `X-Delivery` is the same at every try. Raises AddressRefused, NotDelivered, SecretLost."""
    export = run.export
    secret = stored_secret(export.seed, export.secret_hash)
    timestamp = str(int(time.time()))
    with run.file.open("rb") as body:
        headers = {
            "Content-Type": chosen_format(export.format, export.delimiter).content_type,
            "Content-Length": str(run.bytes),
            "User-Agent": "scheduled-export",
            "X-Delivery": str(run.pk),
            "X-Cluster": export.cluster.name,
            "X-Timestamp": timestamp,
            "X-Signature": signature(secret, timestamp, body),
        }
        return post(export.address, body, headers, network=network)
