"""Links between two records of one person: who stands for whom, through any number of merges."""

from collections.abc import Mapping
from typing import TypeVar

K = TypeVar("K")


def root(links: Mapping[K, K], record: K) -> K:
    """The record that stands for this one at the end of its chain (itself when it has no link)."""
    seen = {record}
    while record in links and links[record] not in seen:
        record = links[record]
        seen.add(record)
    return record


def survivors(links: Mapping[K, K]) -> dict[K, K]:
    """Every duplicate and the record that stands for it, through survivors of survivors."""
    return {duplicate: root(links, duplicate) for duplicate in links}


def would_circle(links: Mapping[K, K], duplicate: K, survivor: K) -> bool:
    """Whether a link duplicate → survivor would make a record stand for itself."""
    return root(links, survivor) == duplicate
