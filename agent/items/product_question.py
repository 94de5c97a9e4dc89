"""A question about one item, answered from what the shop's data says of it, or that it does not say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agent.chinese.script import folded, has_han
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

    def takes(self, found: Found) -> bool:
        """Whether the rules take this fact for an answer."""
        return found.fact in self.stated if self.stated else found in self.answering


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
    embedder: Embedder,
    item: Item,
    question: str,
    language: str = "en",
    *,
    said: str | None = None,
    config: AnswerConfig | None = None,
) -> Reading:
    """Read a question and answer it by the rules; see `answer`. Blocks.

    Args:
        said: the question as the shopper put it, if not in these words; it is what is told back.
    """
    config = config or AnswerConfig()
    language = "zh" if language == "zh" else "en"
    chinese = folded(said) if said and has_han(said) else ""
    asked, facts = asked_of(question, item, "" if chinese == folded(question) else chinese), tuple(facts_of(item))
    found = weighed(asked, facts, embedder)
    stated = tuple(fact for fact in facts if fact.kind == "attribute" and fact.name in asked.attributes)
    fitting = tuple(answering(found, asked, config))
    if stated:
        told = _told([_statement(fact, language) for fact in stated], stated)
    elif fitting:
        told = _quoted(fitting, asked, language, config)
    else:
        texts = Texts.of(language)
        silent = texts.say("question.none", name=names([item], texts)[0], question=(said or question).strip())
        told = ItemAnswer(silent, (), abstained=True)
    return Reading(item, question, asked, found, stated, fitting, told)


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
    return _written("otherwise", fact, Texts.of(language))


def _answered(found: Found, asked: Asked, language: str, config: AnswerConfig) -> str:
    text = _statement(found.fact, language)
    if found.stance == "yes" and found.fact.kind in {"description", "document"} and found.near < config.yes:
        return text
    if not asked.yes_or_no or found.stance == "open" or found.fact.kind == "review":
        return text
    return Texts.of(language).say(f"question.{found.stance}", text=text)


def _statement(fact: Fact, language: str) -> str:
    texts = Texts.of(language)
    if fact.kind == "attribute":
        name, _, value = fact.text.partition(": ")
        named = texts.word(name)
        return texts.say("question.stated", name=named[:1].upper() + named[1:], value=texts.measured(value, name))
    if fact.kind == "review":
        return _written("writes", fact, texts)
    source = texts.say("question.description") if fact.kind == "description" else fact.title
    return texts.say("question.says", source=source, text=fact.text)


def _written(key: str, fact: Fact, texts: Texts) -> str:
    return texts.say(f"question.{key}", stars=f"{fact.stars or 0.0:g}", text=fact.text)


def _told(parts: Sequence[str], facts: Sequence[Fact]) -> ItemAnswer:
    return ItemAnswer(" ".join(parts), as_evidence(facts))
