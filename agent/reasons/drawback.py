"""One honest drawback beside a reason: counted over the reviews by code, and checked like any other claim."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from string import Formatter

from agent.reasons.claims import Claim
from agent.reasons.clauses import invented_quotation
from agent.reasons.reason import Reason
from agent.texts import Texts
from retrieval.catalogue import Item
from retrieval.drawbacks import LOW_STARS, Complaint, Drawback, find_drawback, finds_fault, is_low
from retrieval.evidence import Evidence
from retrieval.snippets import Snippet, item_snippets
from retrieval.words import stems

_STATED = ("topic", "low", "plain")
_GROUPS = {
    "count": r"(?P<count>\d+)",
    "total": r"(?P<total>\d+)",
    "topic": r"(?P<topic>[\w’'-]+)",
    "stars": f"{LOW_STARS:g}",
    "quote": "(?P<quote>.+)",
}
EN = Texts.of("en")


def with_drawback(reason: Reason, item: Item, texts: Texts = EN) -> Reason:
    """The reason with the item's drawback and the evidence for it, if its reviews have one that can be proved."""
    found = drawback_of(item, texts, reason.evidence)
    return reason if found is None else replace(reason, drawback=found[0], evidence=found[1])


def drawback_of(
    item: Item, texts: Texts = EN, known: Sequence[Evidence] = ()
) -> tuple[Claim, tuple[Evidence, ...]] | None:
    """An item's drawback as a proved claim, with the evidence known before and what it cites; None without one."""
    reviews = [snippet for snippet in item_snippets(item) if snippet.kind == "review"]
    found = find_drawback(reviews)
    if found is None:
        return None
    cited = tuple(_cited(found.complaints, known))
    claim = Claim(_text(found, texts), tuple(each.id for each in cited))
    evidence = tuple(dict.fromkeys((*known, *cited)))
    return (claim, evidence) if proved_drawback(claim, evidence, reviews, texts) else None


def proved_drawback(claim: Claim, evidence: Sequence[Evidence], reviews: Sequence[Snippet], texts: Texts = EN) -> bool:
    """Whether the reviews of an item, all of them given, bear out a drawback as it is written.

    The count must be that of the cited evidence, each of it out of another review; the quotation must stand in one;
    a topic must be named in each, by a sentence that finds fault; of few stars there may be no more than are counted.
    """
    kind, match = _read(claim.text, texts)
    cited = [each for each in evidence if each.id in claim.evidence_ids and each.kind == "review"]
    counted = _reviews_of(cited, reviews)
    if match is None or not (int(match["count"]) == len(claim.evidence_ids) == len(cited) == len(counted) > 0):
        return False
    if int(match["total"]) != len(reviews) or invented_quotation(f"“{match['quote']}”", [each.text for each in cited]):
        return False
    if kind == "topic":
        return all(finds_fault(each.text) and stems(match["topic"]) <= stems(each.text) for each in cited)
    if kind == "low":
        low = sum(is_low(review.rating) for review in reviews)
        return len(counted) == low and all(is_low(review.rating) for review in counted)
    return len(counted) == 1


def _text(drawback: Drawback, texts: Texts) -> str:
    kind = "topic" if drawback.topic else "low" if drawback.low_stars else "plain"
    return texts.say(
        f"drawback.{kind}{'_one' if drawback.reviewers == 1 else ''}",
        count=len(drawback.complaints),
        total=drawback.reviewers,
        topic=drawback.topic,
        stars=f"{LOW_STARS:g}",
        quote=drawback.complaints[0].sentence,
    )


def _read(text: str, texts: Texts) -> tuple[str, re.Match[str] | None]:
    """What kind of drawback a text states, and where it stands in it; no match for a text that states none."""
    for kind in _STATED:
        for key in (kind, f"{kind}_one"):
            if match := _pattern(texts.lines[f"drawback.{key}"]).fullmatch(text):
                return kind, match
    return "", None


@lru_cache(maxsize=16)
def _pattern(line: str) -> re.Pattern[str]:
    """Reads what a line of the texts with its placeholders filled in says."""
    return re.compile(
        "".join(re.escape(plain) + _GROUPS.get(name or "", "") for plain, name, _, _ in Formatter().parse(line))
    )


def _cited(complaints: Iterable[Complaint], known: Sequence[Evidence]) -> Iterator[Evidence]:
    """The complaints as evidence: under the id that one has already, or under the next free ones."""
    same = {(each.text, each.source): each for each in known if each.kind == "review"}
    number = sum(each.kind == "review" for each in known)
    for complaint in complaints:
        evidence = same.pop((complaint.sentence, complaint.review.source), None)
        if evidence is None:
            number += 1
            evidence = Evidence(f"R{number}", "review", complaint.sentence, complaint.review.source)
        yield evidence


def _reviews_of(cited: Iterable[Evidence], reviews: Iterable[Snippet]) -> list[Snippet]:
    """For each piece of evidence a review that it is of, none of them twice; one that is of no review is left out."""
    rest, found = list(reviews), []
    for evidence in cited:
        own = next((r for r in rest if r.source == evidence.source and evidence.text in r.text), None)
        if own is not None:
            rest.remove(own)
            found.append(own)
    return found
