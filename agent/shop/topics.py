"""Returns, faults and changes of an order in everyday words, as plain questions that a shop's own texts are near to.

Not delivery or payment: what is asked of these in other words than the shop's is as a rule what it does not offer.
"""

from __future__ import annotations

import re

ABOVE = 0.5
"""Cosine that an answer must have to a topic's plain question; it says less than the shopper's own words do."""
_TOPICS = (
    (
        r"\b(?:send|bring|give|take|ship|post|mail)(?:ing)?\s+(?:\w+\s+){0,3}back\b|\breturn(?:s|ed|ing)?\b"
        r"|\bmoney back\b"
        r"|\brefund\w*\b|\bexchang\w+\b|\bswap\b|\bchange[ds]? my mind\b|\bdo(?:es)?n['’]?t fit\b|\btoo (?:small"
        r"|big|tight)\b",
        "Can I return an item?",
    ),
    (
        r"\bbroke(?:n)?\b|\bfaulty\b|\bdefect\w*\b|\bdamaged\b|\bcracked\b|\bstopped working\b|\bfell apart\b"
        r"|\b(?:does|do)(?:n['’]?t| not) work\b|\brepair\w*\b|\bguarantee\w*\b",
        "An item is faulty or damaged: is there a warranty?",
    ),
    (
        r"\b(?:cancel|change|amend|correct)\b.*\b(?:order|address)\b|\bwrong address\b",
        "Can I cancel or change my order?",
    ),
)
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), question) for pattern, question in _TOPICS)


def plain_question(message: str) -> str | None:
    """The plain question of the first topic that the message speaks of, in English; None if it speaks of none."""
    return next((question for pattern, question in _PATTERNS if pattern.search(message)), None)
