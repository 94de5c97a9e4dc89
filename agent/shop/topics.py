"""What service is asked about in everyday words, as a plain question that the shop's own texts are near to."""

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
        r"\bship(?:s|ped|ping)?\b|\bpostage\b|\bdeliver\w*\b|\bcourier\b|\bget here\b|\barrive\b",
        "How long does delivery take and what does it cost?",
    ),
    (r"\bpay(?:ing|ment)?\b|\bcredit card\b|\binvoice\b|\bpaypal\b", "How can I pay?"),
    (
        r"\b(?:cancel|change|amend|correct)\b.*\b(?:order|address)\b|\bwrong address\b",
        "Can I cancel or change my order?",
    ),
)
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), question) for pattern, question in _TOPICS)


def plain_question(message: str) -> str | None:
    """The plain question of the first topic that the message speaks of, in English; None if it speaks of none."""
    return next((question for pattern, question in _PATTERNS if pattern.search(message)), None)
