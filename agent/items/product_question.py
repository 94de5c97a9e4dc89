"""A question about one item, answered from what the shop's data says of it, or that it does not say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agent.items.asking import Asked, asked_of
from agent.items.comparison_text import names
from agent.items.finding import AnswerConfig, Found, answering, as_evidence, weighed
from agent.items.item_facts import Fact, facts_of
from agent.items.statements import Stance
from agent.reasons.verify import Verdict
from agent.stream import ReasonState
from agent.texts import Texts
from retrieval.catalogue import Item
from retrieval.embedding import Embedder
from retrieval.evidence import Evidence
from retrieval.index import ShopIndex

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
class ItemAnswer:
    """An answer and what it rests on; ``abstained`` says that the data has none.

    ``written`` says that the model wrote it; ``fallback`` why it did not, where it was asked to. ``verdicts`` are those
    on all that it wrote.
    """

    text: str
    evidence: tuple[Evidence, ...]
    abstained: bool = False
    written: bool = False
    fallback: str | None = None
    verdicts: tuple[Verdict, ...] = ()

    @property
    def state(self) -> ReasonState:
        """How it came to be, in the words that reasons have for it."""
        return "none" if self.abstained else "generated" if self.written else "extractive"


@dataclass(frozen=True, slots=True)
class Reading:
    """A question about an item as it is read: every fact weighed, those that answer by the rules, and their answer.

    ``stated`` are the attributes that are asked for by name.
    """

    item: Item
    question: str
    asked: Asked
    found: tuple[Found, ...]
    stated: tuple[Fact, ...]
    answering: tuple[Found, ...]
    said: ItemAnswer


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
    return read(index.embedder, item, question, language, config=config).said


def read(
    embedder: Embedder, item: Item, question: str, language: str = "en", *, config: AnswerConfig | None = None
) -> Reading:
    """Read a question and answer it by the rules; see `answer`. Blocks."""
    config = config or AnswerConfig()
    language = "zh" if language == "zh" else "en"
    asked, facts = asked_of(question, item), tuple(facts_of(item))
    found = weighed(asked, facts, embedder)
    stated = tuple(fact for fact in facts if fact.kind == "attribute" and fact.name in asked.attributes)
    fitting = tuple(answering(found, asked, config))
    if stated:
        said = _told([_statement(fact, language) for fact in stated], stated)
    elif fitting:
        said = _quoted(fitting, asked, language, config)
    else:
        name = names([item], the=language == "en")[0]
        said = ItemAnswer(_NO_ANSWER[language].format(name=name, question=question.strip()), (), abstained=True)
    return Reading(item, question, asked, found, stated, fitting, said)


def _quoted(found: Sequence[Found], asked: Asked, language: str, config: AnswerConfig) -> ItemAnswer:
    best = found[0]
    parts, used = [_answered(best, asked, language, config)], [best.fact]
    if other := otherwise(best.stance, found[1:]):
        parts.append(but(other.fact, language))
        used.append(other.fact)
    return _told(parts, used)


def otherwise(said: Stance, others: Iterable[Found]) -> Found | None:
    """A customer who says the opposite of what is said by the shop or by another customer."""
    if said == "open":
        return None
    return next((o for o in others if o.fact.kind == "review" and o.stance not in {"open", said}), None)


def but(fact: Fact, language: str) -> str:
    """A customer's words against what was said before."""
    return _OTHERWISE[language].format(stars=fact.stars or 0.0, text=fact.text)


def _answered(found: Found, asked: Asked, language: str, config: AnswerConfig) -> str:
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
    return ItemAnswer(" ".join(parts), as_evidence(facts))
