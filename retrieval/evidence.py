"""Evidence: the snippets that a reason for a suggestion may cite, chosen by what moved its score."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from retrieval.catalogue import Attribute, Item
from retrieval.drawbacks import finds_fault
from retrieval.facts import fact
from retrieval.index import ShopIndex
from retrieval.need import Need
from retrieval.relevance import Relevance
from retrieval.snippets import Snippet, sentences
from retrieval.suggestion import Suggestion
from retrieval.words import stems

EvidenceKind: TypeAlias = Literal["history", "attribute", "review", "policy", "order", "ticket"]
_LETTER: dict[EvidenceKind, str] = {
    "history": "H", "attribute": "A", "review": "R", "policy": "P", "order": "O", "ticket": "T",
}  # fmt: skip
_REVIEWS_READ = 4
_SHORTEST_SENTENCE = 5
_ENOUGH = 2
"""Lines that answer the need, from which on facts that answer nothing of it are left out."""
_HEDGED = re.compile(r"\b(?:wish|could be|quibble|too)\b", re.IGNORECASE)
"""Words beside which a sentence may praise with reserve; `finds_fault` knows plain complaints."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A snippet with the id by which claims cite it: H1 history, A1 attribute, R1 review, P1 policy, O1 order,
    T1 what a person answered to a ticket.

    ``answers`` are the wishes of the need that it speaks to, in the shopper's words (see `retrieval.relevance`); None
    if nobody has judged it.
    """

    id: str
    kind: EvidenceKind
    text: str
    source: str
    answers: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class EvidenceConfig:
    """How much evidence a reason gets, and what is worth citing."""

    history: int = 1
    attributes: int = 3
    reviews: int = 1
    quote_words: int = 14
    """Longest review quote, in words. A sentence beside the nearest one is mostly about something else."""
    attention_above: float = 0.08
    """Weight a trace of the history must have in the score to be cited."""
    affinity_above: float = 0.1
    """History affinity under which the history is not a reason for the suggestion."""


def choose_evidence(
    index: ShopIndex, need: Need, suggestion: Suggestion, *, config: EvidenceConfig | None = None
) -> tuple[Evidence, ...]:
    """The evidence for one suggestion, history first, then facts, then reviews; ids count up by kind."""
    config = config or EvidenceConfig()
    item = suggestion.item
    query = index.query_vector(need.terms or item.title)
    passages = [snippet for snippet, _ in index.search_snippets(query, 12, item_id=item.item_id)]
    statements, reviews = _statements(passages), _favourable(passages)
    texts = [*map(fact, item.attributes), *statements, *(review.text for review in reviews)]
    relevance = Relevance(index.facts.reader, need, item, texts)
    rows: list[tuple[EvidenceKind, str, str]] = []
    if suggestion.factor("history") >= config.affinity_above:
        rows += _history(suggestion, config)
    rows += [("attribute", text, source) for text, source in _facts(need, item, statements, relevance, config)]
    rows += [("review", text, source) for text, source in _reviews(reviews, relevance, config)]
    judged = [(row, _answers(row[0], row[1], relevance)) for row in rows]
    if sum(bool(answers) for _, answers in judged) >= _ENOUGH:
        judged = [(row, answers) for row, answers in judged if answers or row[0] != "attribute"]
    evidence = numbered(row for row, _ in judged)
    return tuple(replace(each, answers=answers) for each, (_, answers) in zip(evidence, judged, strict=True))


def _answers(kind: EvidenceKind, text: str, relevance: Relevance) -> tuple[str, ...]:
    """What a line answers of the need; what the shopper did does not, nor does a complaint."""
    silent = kind == "history" or (kind == "review" and finds_fault(text))
    return () if silent else relevance.answered(text)


def numbered(rows: Iterable[tuple[EvidenceKind, str, str]]) -> tuple[Evidence, ...]:
    """Evidence of (kind, text, source) rows, with its ids."""
    counts: dict[EvidenceKind, int] = {}
    found = []
    for kind, text, source in rows:
        counts[kind] = counts.get(kind, 0) + 1
        found.append(Evidence(f"{_LETTER[kind]}{counts[kind]}", kind, text, source))
    return tuple(found)


def _history(suggestion: Suggestion, config: EvidenceConfig) -> list[tuple[EvidenceKind, str, str]]:
    strong = [a for a in suggestion.attention if a.weight >= config.attention_above]
    told: dict[str | None, Snippet] = {}
    for attention in strong:
        told.setdefault(attention.trace.event.item_id, attention.trace.snippet)
    return [("history", snippet.text, snippet.source) for snippet in list(told.values())[: config.history]]


def _facts(
    need: Need, item: Item, statements: Sequence[str], relevance: Relevance, config: EvidenceConfig
) -> Iterator[tuple[str, str]]:
    source = f"product data of {item.title}"
    wanted = list(dict.fromkeys(_wanted_attributes(need, item, relevance)))[: config.attributes - 1]
    for attribute in wanted:
        yield fact(attribute), source
    if statements:
        yield max(statements, key=lambda sentence: _worth(sentence, relevance)), f"description of {item.title}"


def _wanted_attributes(need: Need, item: Item, relevance: Relevance) -> Iterator[Attribute]:
    """What the need speaks of, in the order in which it matters to a shopper; then what comes nearest to it."""
    price = Attribute("price", item.price_text)
    for preference in need.preferences:
        if found := price if preference.attribute == "price" else item.attribute(preference.attribute):
            yield found
    for bound in need.constraints.bounds:
        if found := item.attribute(bound.attribute):
            yield found
    constraints = need.constraints
    if constraints.price_max is not None or constraints.price_min is not None:
        yield price
    if (constraints.colours or constraints.colours_excluded) and item.colour:
        yield item.colour
    terms = stems(need.terms)
    for attribute in item.attributes:
        if attribute.name != "type" and terms & stems(fact(attribute)):
            yield attribute
    rest = (attribute for attribute in item.attributes if attribute.name not in {"type", "colour", "color"})
    yield from sorted(rest, key=lambda attribute: -_worth(fact(attribute), relevance))


def _worth(sentence: str, relevance: Relevance) -> float:
    """Its nearness, lowered by 1 for a sentence that finds fault: that is no reason to suggest an item."""
    return relevance.nearness(sentence) - bool(_HEDGED.search(sentence) or finds_fault(sentence))


def _statements(passages: Sequence[Snippet]) -> list[str]:
    """The sentences of the description that say something."""
    found = [s for passage in passages if passage.kind == "description" for s in sentences(passage.text)]
    return [s for s in found if s.endswith(".") and len(s.split()) >= _SHORTEST_SENTENCE]


def _favourable(passages: Sequence[Snippet]) -> list[Snippet]:
    """The favourable reviews nearest to the need: those worth reading sentence by sentence."""
    return [p for p in passages if p.kind == "review" and (p.rating or 0) >= 4][:_REVIEWS_READ]


def _reviews(reviews: Sequence[Snippet], relevance: Relevance, config: EvidenceConfig) -> list[tuple[str, str]]:
    """The reviews that come nearest to the need with one of their sentences, each quoted from that sentence on."""

    def worth(sentence: str) -> float:
        return _worth(sentence, relevance)

    best = sorted(reviews, key=lambda review: -max(map(worth, sentences(review.text)), default=-1.0))
    return [(quote(review.text, worth, config.quote_words), review.source) for review in best[: config.reviews]]


def quote(text: str, near: Callable[[str], float], limit: int) -> str:
    """Consecutive whole sentences of the text, at most ``limit`` words, from the nearest one on.

    One sentence longer than the limit is given whole: a cut sentence may say something else.
    """
    parts = sentences(text)
    if not parts:
        return text
    start = max(range(len(parts)), key=lambda i: (near(parts[i]), -i))
    end = start + 1
    while end < len(parts) and len(" ".join(parts[start : end + 1]).split()) <= limit:
        end += 1
    return " ".join(parts[start:end])
