"""Clover counts pages by offset, also over a list that changes while it is read."""

from dataclasses import replace

from connectors.core.answers import Answer
from connectors.core.asking import Ask
from connectors.core.paging import Head, Offset

SHARE_READ_TWICE = 20


class OverlappingOffset(Offset):
    """Each page begins a little before the last one ended.

    Lists are sorted by the time that they are filtered by. A record that leaves a page that was read (because
    it changed, and now stands at the end, or because it was deleted) draws all later ones forward: without an
    overlap as many would be stepped over. What is read twice merges on its key.
    """

    def following(self, ask: Ask, answer: Answer, head: Head) -> Ask | None:
        """The question for what comes after, less a twentieth of a page; None after the last page."""
        limit = int(ask.query["limit"])
        overlap = max(1, limit // SHARE_READ_TWICE) if limit > 1 else 0
        begin = int(ask.query.get(self.parameter, 0))
        if head.records <= (overlap if begin else 0):
            return None
        passed = max(1, head.records - overlap)
        return replace(ask, query={**ask.query, self.parameter: begin + passed})
