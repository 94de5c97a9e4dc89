"""Training examples of answers: a question about an item, its nearest facts, and a proved answer or silence.

Everything follows from the seed. The facts are found and the target is proved by the code that serves: what a shopper
would not be shown is not taught. Training knows made-up items alone; the demo shop's held-out categories are the set of
unseen ones, and no question in its file of test questions is ever trained on.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from agent.items.answer_proof import SILENT, AnswerProof, Shown, overlooked, shown
from agent.items.answer_writing import variables
from agent.items.finding import AnswerConfig, answering, asking
from agent.items.item_facts import facts_of
from agent.items.product_question import Reading, read
from agent.reasons.claims import split_claims
from prompts.template import Message, load
from retrieval.embedding import Embedder, Remembering
from retrieval.evidence import Evidence
from serving.training.lessons import Dataset, Language, Task
from serving.training.manuals import Stocked, stocked
from serving.training.phrasing import Phrasing
from serving.training.questions import Asker, Question
from serving.training.replying import Replier
from serving.training.stock import SHOPS, demo_shop, made_up_shops

__all__ = ["Answer", "make_answers"]

_ITEMS_PER_SHOP = 25
_SILENT = 0.2
"""Share of the examples in which the evidence holds no answer; a model that sees more falls silent too often."""
_VECTORS = 60_000
_BATCH = 64
_TRIES = 14
"""How many drafts an example may cost on average before something must be wrong with the phrasings."""
_HALF = AnswerConfig(near=0.0, near_half=0.3, alone=0.5)
"""What may be an answer, of an item whose texts nobody has gone through: then silence is not taught."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One question with its evidence, and the answer that should follow. ``kind`` is the sort of question."""

    reading: Reading
    lines: tuple[Shown, ...]
    target: str
    shop: str
    kind: str
    language: Language = "en"
    task: Task = "answers"

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        return tuple(each.evidence for each in self.lines)

    @property
    def question(self) -> str:
        return self.reading.question

    def messages(self) -> tuple[Message, ...]:
        """The prompt, as the model gets it when it serves."""
        return load("answered").render(**variables(self.reading, self.lines))


def make_answers(demo: Path, embedder: Embedder, *, seed: int, train: int = 3000, held_out: int = 200) -> Dataset:
    """Examples from the made-up shops; those of the demo shop's held-out categories are unseen.

    Args:
        embedder: finds the facts nearest to a question, as it does when a shopper asks.
        train: how many to train on.
        held_out: how many of each of the other two sets.
    """
    rng = random.Random(seed)
    seen, unheard = Phrasing.read(held_out=False), Phrasing.read(held_out=True)
    made = [stocked(subject, rng) for subject in made_up_shops(rng, seen.models, items=_ITEMS_PER_SHOP)]
    demo_items = [Stocked(s.item, s) for s in demo_shop(demo) if s.shop == "held out"]
    names = dict(attribute_names()) | {"held out": sorted({a.name for s in demo_items for a in s.item.attributes})}
    brands = frozenset(s.item.brand for s in (*made, *demo_items) if s.item.brand)
    remembering = Remembering(embedder, _VECTORS)
    remembering.embed([fact.text for each in (*made, *demo_items) for fact in facts_of(each.item)])  # at once is faster
    maker = _Maker(rng, remembering, brands)
    known, kept = ([s for s in made if s.subject.held_out is held] for held in (False, True))
    return Dataset(
        train=maker.make(train, known, Asker(rng, seen, names, held_out=False)),
        validation=maker.make(held_out, kept, Asker(rng, unheard, names, held_out=True)),
        unseen=maker.make(held_out, demo_items, Asker(rng, unheard, names, held_out=True)),
        passing=maker.passed / max(maker.drafted, 1),
    )


def attribute_names() -> Iterator[tuple[str, Sequence[str]]]:
    for path in sorted(SHOPS.glob("*.yaml")):
        shop = yaml.safe_load(path.read_text(encoding="utf-8"))
        yield shop["category"], tuple(shop["attributes"])


class _Maker:
    """Drafts examples and keeps those that are proved."""

    def __init__(self, rng: random.Random, embedder: Embedder, brands: frozenset[str]) -> None:
        self.drafted = self.passed = 0
        self._rng = rng
        self._embedder = embedder
        self._brands = brands

    def make(self, count: int, items: Sequence[Stocked], asker: Asker) -> tuple[Answer, ...]:
        """``count`` examples, shuffled, `_SILENT` of them without an answer.

        Raises:
            RuntimeError: too few could be made.
        """
        silent = round(count * _SILENT)
        replier = Replier(self._rng, asker.phrasing)
        found = [
            *self._some(silent, items, asker.ask_in_vain, self._silence),
            *self._some(count - silent, items, asker.ask, lambda s, q: self._answered(s, q, replier)),
        ]
        self._rng.shuffle(found)
        return tuple(found)

    def _some(
        self,
        count: int,
        items: Sequence[Stocked],
        ask: Callable[[Stocked], Question | None],
        answer: Callable[[Stocked, Question], Answer | None],
    ) -> list[Answer]:
        found: dict[tuple[str, str], Answer] = {}
        for item, question in self._drawn(count * _TRIES, items, ask):
            if len(found) == count:
                break
            key = item.item.item_id, question.text
            if key not in found and (example := answer(item, question)) is not None:
                found[key] = example
        if len(found) < count:
            raise RuntimeError(f"only {len(found)} of {count} examples could be made; see the phrasings of questions")
        return list(found.values())

    def _drawn(
        self, most: int, items: Sequence[Stocked], ask: Callable[[Stocked], Question | None]
    ) -> Iterator[tuple[Stocked, Question]]:
        """Questions with their items; those of a batch are embedded at once, which is faster."""
        for _ in range(0, most, _BATCH):
            asked = [(item, ask(item)) for item in self._rng.choices(items, k=_BATCH)]
            drawn = [(item, question) for item, question in asked if question is not None]
            self._embedder.embed([asking(item.item, question.text) for item, question in drawn])
            yield from drawn

    def _silence(self, stocked: Stocked, question: Question) -> Answer | None:
        reading = read(self._embedder, stocked.item, question.text)
        known = stocked.subject.exact
        doubtful = any(f.covered >= 1 for f in reading.found) if known else self._perhaps(reading)
        if reading.stated or doubtful:
            return None
        return Answer(reading, shown(reading), SILENT, stocked.subject.shop, f"no {question.kind}")

    def _perhaps(self, reading: Reading) -> bool:
        return bool(answering(reading.found, reading.asked, _HALF)) or not reading.asked.words

    def _answered(self, stocked: Stocked, question: Question, replier: Replier) -> Answer | None:
        reading = read(self._embedder, stocked.item, question.text)
        lines = shown(reading)
        self.drafted += 1
        target = replier.reply(stocked, question, reading, lines)
        if target is None or not proved(reading, lines, target, self._brands):
            return None
        self.passed += 1
        return Answer(reading, lines, target, stocked.subject.shop, question.kind)


def proved(reading: Reading, lines: Sequence[Shown], target: str, brands: frozenset[str] = frozenset()) -> bool:
    """Whether each sentence of a target passes the proof that a shopper's answer has to, and nothing is overlooked."""
    proof = AnswerProof.of(reading, lines, brands)
    claims = split_claims(target)
    if not claims or not all(proof.check(claim).supported for claim in claims):
        return False
    told = [proof.lines[i].found.fact for claim in claims for i in claim.evidence_ids]
    return overlooked(reading, told, proof.stance(claims)) is None
