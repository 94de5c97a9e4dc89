"""A question about one item, answered from what the shop's data says of it, or that it does not say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from agent.items.asking import Asked, asked_of
from agent.items.comparison_text import names
from agent.items.item_facts import Fact, facts_of
from agent.items.statements import Stance, stance
from agent.texts import Texts
from retrieval.catalogue import Item
from retrieval.embedding import Embedder, Vectors
from retrieval.evidence import Evidence, EvidenceKind, numbered
from retrieval.index import ShopIndex
from retrieval.relevance import without

_SOURCES = {"description": 0.04, "document": 0.03, "attribute": 0.06, "review": 0.0}
"""How much nearer the shop's own words count, in cosine."""
_NO_ANSWER = {
    "en": "The shop's data on {name} does not say. (You asked: “{question}”)",
    "zh": "店里关于{name}的数据没有说明。（您问的是：“{question}”）",
}
_YES, _NO = {"en": "Yes: ", "zh": "是的："}, {"en": "No: ", "zh": "不："}
_WRITES = {"en": "A customer writes ({stars:g} of 5 stars): “{text}”", "zh": "一位顾客写道（{stars:g}/5星）：“{text}”"}
_OTHERWISE = {
    "en": "But a customer writes ({stars:g} of 5 stars): “{text}”",
    "zh": "但一位顾客写道（{stars:g}/5星）：“{text}”",
}
_SAYS = {"en": "The {source} says: “{text}”", "zh": "{source}：“{text}”"}
_STATED = {"en": "{name}: {value}.", "zh": "商品数据写明{name}：{value}。"}


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


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """An answer and what it rests on; ``abstained`` says that the data has none."""

    text: str
    evidence: tuple[Evidence, ...]
    abstained: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    fact: Fact
    covered: float
    exact: bool
    near: float
    stance: Stance

    @property
    def worth(self) -> float:
        return self.covered + self.near + _SOURCES[self.fact.kind]


def answer(
    index: ShopIndex, item: Item, question: str, language: str = "en", *, config: AnswerConfig | None = None
) -> ItemAnswer:
    """Answer a question about one item, by rule where it names what the data states, else by the nearest sentence.

    Args:
        question: English; of Chinese, what names an attribute or a property (重量, 防水) is read.
        language: of the words around what is quoted: ``en`` or ``zh``.
    Returns:
        the answer, each part of it quoted or stated from evidence; if a customer says otherwise, that too.
    """
    config = config or AnswerConfig()
    language = "zh" if language == "zh" else "en"
    asked = asked_of(question, item)
    if stated := _stated(asked, item):
        return _told([_statement(fact, language) for fact in stated], stated)
    found = _search(asked, list(facts_of(item)), index.embedder, config)
    if not found:
        name = names([item], the=language == "en")[0]
        return ItemAnswer(_NO_ANSWER[language].format(name=name, question=question.strip()), (), abstained=True)
    best = found[0]
    parts, used = [_answered(best, asked, language, config)], [best.fact]
    if other := _otherwise(best, found[1:]):
        parts.append(_OTHERWISE[language].format(stars=other.fact.stars or 0.0, text=other.fact.text))
        used.append(other.fact)
    return _told(parts, used)


def _stated(asked: Asked, item: Item) -> list[Fact]:
    """The attributes that are asked for by name, unless it is asked whether the item has something."""
    return [fact for fact in facts_of(item) if fact.kind == "attribute" and fact.name in asked.attributes]


def _search(asked: Asked, facts: Sequence[Fact], embedder: Embedder, config: AnswerConfig) -> list[_Found]:
    """What answers the question, the best first."""
    if not asked.words:
        return []
    cosines = _cosines(asked, facts, embedder)
    found = [
        _Found(fact, asked.covered_by(fact), asked.said_by(fact), float(cosine), stance(asked, fact))
        for fact, cosine in zip(facts, cosines, strict=True)
    ]
    return sorted((f for f in found if _answers(f, asked, config)), key=_order)


def _order(found: _Found) -> tuple[int, bool, bool, float]:
    """The most of the question first, in its own words; of equals, the shop's own words before a customer's."""
    return (-round(found.covered * 4), not found.exact, found.fact.kind == "review", -found.worth)


def _answers(found: _Found, asked: Asked, config: AnswerConfig) -> bool:
    if asked.how and not found.fact.measured:
        return False
    if found.covered >= config.covered:
        return found.near >= config.near or found.fact.kind == "attribute"
    if found.covered >= config.half:
        return found.near >= config.near_half
    return found.near >= config.alone


def _cosines(asked: Asked, facts: Sequence[Fact], embedder: Embedder) -> Vectors:
    """How near each fact comes to the question beyond being about such an item. Shapes: F facts -> (F,) float32."""
    kind = f"a {asked.kind}"
    vectors = embedder.embed([kind, f"{kind}, {asked.text}", *(fact.text for fact in facts)], "query")
    question: Vectors = without(vectors[1:2], vectors[0])[0]
    found: Vectors = vectors[2:] @ question
    return found


def _otherwise(best: _Found, others: Iterable[_Found]) -> _Found | None:
    """A customer who says the opposite of what the shop states, or of another customer."""
    if best.stance == "open":
        return None
    against = (o for o in others if o.fact.kind == "review" and o.stance not in {"open", best.stance})
    return next(against, None)


def _answered(found: _Found, asked: Asked, language: str, config: AnswerConfig) -> str:
    text = _statement(found.fact, language)
    if found.stance == "yes" and found.fact.kind in {"description", "document"} and found.near < config.yes:
        return text
    if not asked.yes_or_no or found.stance == "open" or found.fact.kind == "review":
        return text
    return (_YES if found.stance == "yes" else _NO)[language] + text


def _statement(fact: Fact, language: str) -> str:
    if fact.kind == "attribute":
        name, _, value = fact.text.partition(": ")
        texts = Texts.of(language)
        named = texts.word(name)
        return _STATED[language].format(name=named[:1].upper() + named[1:], value=_measured(value, name, texts))
    if fact.kind == "review":
        return _WRITES[language].format(stars=fact.stars or 0.0, text=fact.text)
    return _SAYS[language].format(source="description" if fact.kind == "description" else fact.title, text=fact.text)


def _measured(value: str, attribute: str, texts: Texts) -> str:
    """A value as a reader of the language has it: the unit in their words, or the whole of it."""
    number, _, unit = value.partition(" ")
    if number.replace(".", "", 1).isdigit() and unit:
        return f"{number} {texts.unit(unit, attribute)}"
    return texts.word(value)


def _told(parts: Sequence[str], facts: Sequence[Fact]) -> ItemAnswer:
    return ItemAnswer(" ".join(parts), numbered(_rows(facts)))


def _rows(facts: Iterable[Fact]) -> Iterator[tuple[EvidenceKind, str, str]]:
    for fact in facts:
        yield ("review" if fact.kind == "review" else "attribute"), fact.text, fact.source
