"""Which of an item's facts answer a question about it, and how well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agent.items.asking import Asked, bare
from agent.items.item_facts import Fact
from agent.items.statements import Stance, stance
from retrieval.catalogue import Item
from retrieval.embedding import Embedder, Vectors
from retrieval.evidence import Evidence, EvidenceKind, numbered
from retrieval.nearness import all_comparable
from retrieval.relevance import without

_SOURCES = {"description": 0.04, "document": 0.03, "attribute": 0.06, "review": 0.0}
"""How much nearer the shop's own words count, in cosine."""


@dataclass(frozen=True, slots=True)
class AnswerConfig:
    """From where on a sentence answers a question. Chosen on the tune half of tests/agent/product_questions.yaml.

    ``covered`` is the share of the question's own words that a sentence must have, in other words too; ``near`` the
    cosine that it must reach as well; ``alone`` the cosine that is enough without a word.
    """

    covered: float = 0.99
    near: float = 0.12
    half: float = 0.5
    near_half: float = 0.45
    alone: float = 0.6
    yes: float = 0.3
    """Cosine under which a sentence in running text is quoted without a yes: it may be about something else."""


PROPOSED = AnswerConfig(covered=0.99, near=0.05, half=0.5, near_half=0.3, alone=0.45)
"""The same where a model has said that the sentence answers, so that two have to agree and each may be less strict."""


@dataclass(frozen=True, slots=True)
class Found:
    """A fact with what speaks for it: the share of the question's words it has, the cosine, where it stands."""

    fact: Fact
    covered: float
    exact: bool
    near: float
    stance: Stance

    @property
    def worth(self) -> float:
        return self.covered + self.near + _SOURCES[self.fact.kind]


def weighed(asked: Asked, facts: Sequence[Fact], embedder: Embedder) -> tuple[Found, ...]:
    """All the facts, in their order. Blocks. Shapes: F facts -> F found."""
    if not facts:
        return ()
    cosines = _cosines(asked, facts, embedder)
    return tuple(
        Found(fact, asked.covered_by(fact), asked.said_by(fact), float(cosine), stance(asked, fact))
        for fact, cosine in zip(facts, cosines, strict=True)
    )


def answering(found: Iterable[Found], asked: Asked, config: AnswerConfig) -> list[Found]:
    """What answers the question, the best first."""
    if not asked.words:
        return []
    fitting = (f for f in found if answers(f, asked, config))
    return sorted(fitting, key=lambda each: (not asked.stated_by(each.fact), *order(each)))


def order(found: Found) -> tuple[int, bool, bool, float]:
    """The most of the question first, in its own words; of equals, the shop's own words before a customer's."""
    return (-round(found.covered * 4), not found.exact, found.fact.kind == "review", -found.worth)


def answers(found: Found, asked: Asked, config: AnswerConfig) -> bool:
    """Whether a fact answers the question by the measure of ``config``."""
    if asked.how and not found.fact.measured:
        return False
    if asked.of_customers and found.fact.kind != "review":
        return False
    if found.covered >= config.covered:
        return found.near >= config.near or found.fact.kind == "attribute"
    if found.covered >= config.half:
        return found.near >= config.near_half
    return found.near >= config.alone


def as_evidence(facts: Iterable[Fact]) -> tuple[Evidence, ...]:
    """The facts with ids: A1 for what the shop says, R1 for a customer."""
    rows: list[tuple[EvidenceKind, str, str]] = [
        ("review" if fact.kind == "review" else "attribute", fact.text, fact.source) for fact in facts
    ]
    return numbered(rows)


def _cosines(asked: Asked, facts: Sequence[Fact], embedder: Embedder) -> Vectors:
    """How near each fact comes to the question beyond being about such an item, on the scale of `AnswerConfig`.

    Shapes: F facts -> (F,) float32.
    """
    vectors = embedder.embed(
        [f"a {asked.kind}", _in_context(asked.kind, asked.text), *(fact.text for fact in facts)], "query"
    )
    question: Vectors = without(vectors[1:2], vectors[0])[0]
    return all_comparable(embedder.name, vectors[2:] @ question, "question and fact")


def asking(item: Item, question: str) -> str:
    """What is embedded of an English question about an item."""
    return _in_context(item.kind, bare(question))


def _in_context(kind: str, text: str) -> str:
    return f"a {kind}, {text}"
