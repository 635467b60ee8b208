"""Customers are kept as keyed hashes: the same person stays the same, and nobody can be found again."""

import hmac

import pyarrow as pa

from connectors.core.tables import TEXT


def keyed_hash(value: str, *, hash_key: bytes, scope: str) -> str:
    """HMAC-SHA-256 of a value, as 64 hexadecimal digits.

    Args:
        value: What identifies a customer.
        hash_key: `POS_HASH_KEY`; without it a hash of a short id could be found by trying all ids.
        scope: The connection's id. Vendors number customers per account, so customer 5 of one account
            and customer 5 of another must not become one person.
    """
    return hmac.digest(hash_key, f"{scope}\x00{value}".encode(), "sha256").hex()


def keyed_hashes(values: pa.Array, *, hash_key: bytes, scope: str) -> pa.Array:
    """Hashes a text column; each different value is hashed once, null stays null."""
    encoded = values.dictionary_encode()
    hashes = [keyed_hash(value, hash_key=hash_key, scope=scope) for value in encoded.dictionary.to_pylist()]
    return pa.array(hashes, TEXT).take(encoded.indices)
