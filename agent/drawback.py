"""One honest drawback beside a reason: counted over the reviews by code, and checked like any other claim."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from agent.claims import Claim
from agent.clauses import invented_quotation
from agent.reason import Reason
from retrieval.catalogue import Item
from retrieval.drawbacks import Drawback, find_drawback, finds_fault
from retrieval.evidence import Evidence
from retrieval.snippets import item_snippets
from retrieval.words import stems

_COUNTED = re.compile(r"(\d+) of (\d+) reviewers? (?:finds? fault with the ([\w-]+)|finds? fault): ")


def with_drawback(reason: Reason, item: Item) -> Reason:
    """The reason with the item's drawback and the evidence for it, if its reviews have one that can be proved."""
    reviews = [snippet for snippet in item_snippets(item) if snippet.kind == "review"]
    found = find_drawback(reviews)
    if found is None:
        return reason
    added = _evidence(found, reason.evidence)
    claim = _claim(found, added)
    if not proved(claim, added, len(reviews)):
        return reason
    new = tuple(each for each in added if each not in reason.evidence)
    return replace(reason, drawback=claim, evidence=(*reason.evidence, *new))


def proved(claim: Claim, evidence: Sequence[Evidence], reviewers: int) -> bool:
    """Whether the count is that of the cited reviews, each of which finds fault (with the topic, if one is named),
    the total is the item's, and the quotation stands in one of them."""
    match = _COUNTED.match(claim.text)
    cited = [each for each in evidence if each.id in claim.evidence_ids and each.kind == "review"]
    if match is None or int(match[1]) != len(cited) or int(match[2]) != reviewers or len(cited) > reviewers:
        return False
    if not all(finds_fault(each.text) for each in cited):
        return False
    if match[3] and not all(stems(match[3]) <= stems(each.text) for each in cited):
        return False
    return not invented_quotation(claim.text, [each.text for each in cited])


def _claim(drawback: Drawback, evidence: Sequence[Evidence]) -> Claim:
    count = len(drawback.complaints)
    verb = "finds" if count == 1 else "find"
    topic = f" with the {drawback.topic}" if drawback.topic else ""
    quote = drawback.complaints[0].sentence
    text = f"{count} of {drawback.reviewers} reviewers {verb} fault{topic}: “{quote}”"
    return Claim(text, tuple(each.id for each in evidence))


def _evidence(drawback: Drawback, known: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The complaints as evidence: under the id they have already, or under the next free ones."""
    by_text = {each.text: each for each in known}
    number = sum(1 for each in known if each.kind == "review")
    found = []
    for complaint in drawback.complaints:
        evidence = by_text.get(complaint.sentence)
        if evidence is None:
            number += 1
            evidence = Evidence(f"R{number}", "review", complaint.sentence, complaint.review.source)
        found.append(evidence)
    return tuple(found)
