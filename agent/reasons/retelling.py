"""What a customer wrote, retold word for word, is a quotation and is shown as one.

"A reviewer says that a game that does not end in tears" is what becomes of a fragment in reported speech; between
quotation marks it is the customer's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from agent.reasons.claims import Claim
from retrieval.snippets import sentences

_RETOLD = re.compile(
    r"(?P<who>(?:an?|one|another) [\w-]+(?: [\w-]+)? (?:says|said|writes|wrote|reports|notes|finds|adds|tells us)),? "
    r"that (?P<what>.+)",
    re.IGNORECASE | re.DOTALL,
)


def in_their_words(claim: Claim, reviews: Mapping[str, str]) -> Claim:
    """The claim with a quotation instead of reported speech, where a sentence of a review it cites is retold as it is.

    Args:
        reviews: texts by evidence id.
    """
    match = _RETOLD.fullmatch(claim.text.strip())
    if match is None:
        return claim
    said = next((s for s in _sentences(claim, reviews) if _plain(s) == _plain(match["what"])), None)
    return claim if said is None else replace(claim, text=f"{match['who']} “{said.rstrip('.')}”.")


def _sentences(claim: Claim, reviews: Mapping[str, str]) -> Iterator[str]:
    for each in claim.evidence_ids:
        yield from sentences(reviews.get(each, ""))


def _plain(text: str) -> str:
    return " ".join(text.split()).strip(" .!").casefold()
