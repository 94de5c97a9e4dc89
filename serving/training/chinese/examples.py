"""Training examples in Chinese: a need, an item with its evidence, and a reason whose every claim has been proved."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from agent.reasons.chinese import verifier_of
from agent.reasons.claims import split_claims
from retrieval.embedding import Embedder, Remembering
from serving.training.chinese.composing import NOTHING_SUITS, ChineseComposer
from serving.training.chinese.phrases import Phrases, noun_of
from serving.training.chinese.repairing import repaired
from serving.training.examples import Example, Three, mixed_subjects
from serving.training.lessons import Dataset
from serving.training.phrasing import Phrasing
from serving.training.showing import spoken
from serving.training.stock import Subject, demo_shop, made_up_shops

_ITEMS_PER_SHOP = 40
_SILENT = 0.04
"""Share of the examples in which nothing suits, at most."""
_REPAIRS = 0.25
"""How often an example is tried as one of a repair, which takes two claims on different lines."""
_VECTORS = 60_000
_TRIES = 40


def make_chinese_examples(
    demo: Path, embedder: Embedder, *, seed: int, train: int = 3000, held_out: int = 200
) -> Dataset:
    """Examples from the made-up shops and the demo shop's catalogue in ``demo``, as `serving.training.examples` makes.

    Raises:
        RuntimeError: the phrasings do not give as many distinct examples as are wanted.
    """
    rng = random.Random(seed)
    models = Phrasing.read(held_out=False).models
    made = [s for s in made_up_shops(rng, models, items=_ITEMS_PER_SHOP) if _is_known(s)]
    shown = [s for s in demo_shop(demo) if _is_known(s)]
    remembering = Remembering(embedder, _VECTORS)
    remembering.embed([text for subject in (*made, *shown) for text in spoken(subject)])  # all at once is faster
    maker = _Maker(rng, remembering, frozenset(s.item.brand for s in (*made, *shown) if s.item.brand))
    known, unseen = [s for s in shown if s.shop == "demo"], [s for s in shown if s.shop != "demo"]
    seen, unheard = Phrases.read(held_out=False), Phrases.read(held_out=True)
    return Dataset(
        train=maker.make(train, mixed_subjects(rng, made, known, held_out=False), seen),
        validation=maker.make(held_out, mixed_subjects(rng, made, known, held_out=True), unheard),
        unseen=maker.make(held_out, mixed_subjects(rng, unseen, unseen, held_out=None), unheard),
        passing=maker.passed / max(maker.drafted, 1),
    )


def _is_known(subject: Subject) -> bool:
    """Whether there is a Chinese word for what it is."""
    return noun_of(subject.item.kind) is not None


@dataclass(slots=True)
class _Maker:
    """Drafts examples and keeps those whose every claim is proved."""

    rng: random.Random
    embedder: Embedder
    brands: frozenset[str]
    drafted: int = 0
    passed: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    """Claims that were not proved, with what was wrong with them."""

    def make(self, count: int, subjects: Iterator[Three], phrases: Phrases) -> tuple[Example, ...]:
        composer = ChineseComposer(self.rng, phrases, self.embedder)
        found: dict[tuple[str, str], Example] = {}
        silent = 0
        for _ in range(count * _TRIES):
            if len(found) == count:
                break
            example = self._example(composer, next(subjects))
            if example is None:
                continue
            silent += example.target == NOTHING_SUITS
            if example.target != NOTHING_SUITS or silent <= _SILENT * count:
                again = repaired(example, self.rng, self.brands) if self.rng.random() < _REPAIRS else None
                found.setdefault((example.need, example.target), again or example)
        if len(found) < count:
            raise RuntimeError(f"only {len(found)} of {count} examples could be made; see the phrasings")
        return tuple(found.values())

    def _example(self, composer: ChineseComposer, three: Three) -> Example | None:
        subject = three[0]
        draft = composer.compose(*three)
        if draft is None:
            return None
        self.drafted += 1
        target = "".join(draft.claims)
        example = Example(
            subject.item.title, draft.need, draft.factors, draft.evidence, target, subject.shop, language="zh"
        )
        if not self._proved(example):
            return None
        self.passed += 1
        return example

    def _proved(self, example: Example) -> bool:
        if example.target == NOTHING_SUITS:
            return True
        verifier = verifier_of(example.evidence, example.title, self.brands, need=example.need)
        claims = split_claims(example.target)
        for claim in claims:
            verdict = verifier.check(claim)
            if not verdict.supported:
                self.refused.append((claim.text, verdict.problem))
                return False
        return bool(claims)
