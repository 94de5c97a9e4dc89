"""Extractive reasons: the evidence in its own words, for when the model has nothing that can be proved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agent.claims import Claim
from retrieval.evidence import Evidence
from retrieval.snippets import sentences

_CLAIMS = 3
_SHORT_QUOTE = 7
_MEASURED = {
    "weight": "It weighs {}.",
    "price": "It costs {}.",
    "colour": "It comes in {}.",
    "material": "It is made of {}.",
}


def extractive_claims(evidence: Sequence[Evidence]) -> tuple[Claim, ...]:
    """Up to three claims, at most one from each kind of evidence first; each is its evidence, word for word."""
    chosen = list(_varied(evidence))[:_CLAIMS]
    return tuple(Claim(_sentence(e), (e.id,)) for e in sorted(chosen, key=list(evidence).index))


def _varied(evidence: Sequence[Evidence]) -> Iterator[Evidence]:
    kinds: set[str] = set()
    later = []
    for each in evidence:
        if each.kind in kinds:
            later.append(each)
        else:
            kinds.add(each.kind)
            yield each
    yield from later


def _sentence(evidence: Evidence) -> str:
    text = evidence.text.strip()
    if evidence.kind == "review":
        return f"A customer writes: “{_opening(text)}”"
    name, colon, value = text.partition(": ")
    if evidence.kind == "attribute" and colon and len(name.split()) <= 3 and not value.endswith("."):
        return _MEASURED[name].format(value) if name in _MEASURED else f"{name.capitalize()}: {value}."
    return text if text[-1] in ".!?”" else f"{text}."


def _opening(text: str) -> str:
    """The first sentence, with those after it as long as it is very short."""
    parts = sentences(text)
    end = 1
    while end < len(parts) and len(" ".join(parts[:end]).split()) < _SHORT_QUOTE:
        end += 1
    return " ".join(parts[:end])
