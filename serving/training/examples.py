"""Training examples: a need, an item and its evidence, and a reason of which the verifier has proved every claim.

Everything follows from the seed. Where no line of the evidence fits the need, the target is `NOTHING_FITS`, which
cites nothing; whoever reads the model's answer compares the claim's text with it.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Literal, TypeAlias

from agent.reasons.claims import split_claims, written
from agent.reasons.reason import NOTHING_FITS
from agent.reasons.verify import Verifier
from prompts.template import Message, load
from retrieval.embedding import Embedder, Remembering
from retrieval.evidence import Evidence
from serving.training.composing import Composer
from serving.training.lessons import Dataset, Language, Lesson, Task
from serving.training.phrasing import Phrasing
from serving.training.repairing import wrong_claim
from serving.training.showing import spoken
from serving.training.stock import Subject, demo_shop, made_up_shops

__all__ = ["NOTHING_FITS", "Dataset", "Example", "Figures", "make_examples"]

Split: TypeAlias = Literal["train", "validation", "unseen"]
_ITEMS_PER_SHOP = 40
_DEMO_SHARE = 0.25
_Three: TypeAlias = tuple[Subject, Subject, Subject]
"""An item, one like it, and one unlike it."""
_REPAIRS = 0.3
"""How often an example is tried as one of a repair, which takes two claims on different lines."""
_SILENT = 0.05
"""Share of the examples in which nothing fits, at most; a model that sees more of them falls silent too often."""
_VECTORS = 60_000
_TRIES = 12
"""How many drafts an example may cost on average before something must be wrong with the phrasings."""


@dataclass(frozen=True, slots=True)
class Example:
    """One prompt and the reason that should follow. ``shop`` is the category of a made-up shop, or "demo"."""

    title: str
    need: str
    factors: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    target: str
    shop: str
    proven: str = ""
    problem: str = ""
    """What was wrong with a first sentence; then this is an example of how to go on from ``proven``."""
    used: tuple[str, ...] = ()
    language: Language = "en"
    task: Task = "reasons"

    def messages(self) -> tuple[Message, ...]:
        """The prompt, as the model gets it when it serves."""
        lines = [{"id": each.id, "text": each.text, "answers": list(each.answers or ())} for each in self.evidence]
        asked = {"title": self.title, "need": self.need, "evidence": lines}
        if not self.problem:
            return load("cited").render(**asked, factors=list(self.factors))
        return load("cited_again").render(**asked, proven=self.proven, problem=self.problem, used=list(self.used))


@dataclass(frozen=True, slots=True)
class Figures:
    """What a set of examples is like."""

    examples: int
    shops: int
    openings: int
    """Distinct first five words of a target."""
    commonest_opening: float
    """Share of targets that begin with the commonest five words; `NOTHING_FITS` is not counted."""
    distinct_2: float
    """Distinct pairs of neighbouring words over all such pairs."""
    nothing_fits: float
    drawbacks: float
    words: float
    """Mean length of a target."""


def make_examples(demo: Path, embedder: Embedder, *, seed: int, train: int = 6000, held_out: int = 400) -> Dataset:
    """Examples from the made-up shops and the demo shop's catalogue in ``demo``.

    Args:
        embedder: judges what a line of evidence answers, as it does when a reason is written for a shopper.
        train: how many to train on.
        held_out: how many of each of the other two sets.
    """
    rng = random.Random(seed)
    models = Phrasing.read(held_out=False).models
    made, shown = list(made_up_shops(rng, models, items=_ITEMS_PER_SHOP)), list(demo_shop(demo))
    remembering = Remembering(embedder, _VECTORS)
    remembering.embed([text for subject in (*made, *shown) for text in spoken(subject)])  # all at once is faster
    maker = _Maker(rng, remembering, frozenset(s.item.brand for s in (*made, *shown) if s.item.brand))
    known, unseen = [s for s in shown if s.shop == "demo"], [s for s in shown if s.shop != "demo"]
    seen, unheard = Phrasing.read(held_out=False), Phrasing.read(held_out=True)
    return Dataset(
        train=maker.make(train, _mixed(rng, made, known, held_out=False), seen),
        validation=maker.make(held_out, _mixed(rng, made, known, held_out=True), unheard),
        unseen=maker.make(held_out, _mixed(rng, unseen, unseen, held_out=None), unheard),
        passing=maker.passed / max(maker.drafted, 1),
    )


def figures(examples: Sequence[Lesson]) -> Figures:
    """Variety and make-up of a set, over its targets without their citation marks."""
    said = [" ".join(c.text for c in split_claims(e.target)) for e in examples if e.target != NOTHING_FITS]
    openings = Counter(" ".join(text.split()[:5]) for text in said)
    pairs = [pair for text in said for pair in pairwise(text.casefold().split())]
    return Figures(
        examples=len(examples),
        shops=len({e.shop for e in examples}),
        openings=len(openings),
        commonest_opening=max(openings.values(), default=0) / max(len(said), 1),
        distinct_2=len(set(pairs)) / max(len(pairs), 1),
        nothing_fits=1 - len(said) / max(len(examples), 1),
        drawbacks=sum(_has_drawback(text) for text in said) / max(len(examples), 1),
        words=sum(len(text.split()) for text in said) / max(len(said), 1),
    )


class _Maker:
    """Drafts examples and keeps those whose every claim is proved."""

    def __init__(self, rng: random.Random, embedder: Embedder, brands: frozenset[str]) -> None:
        self.drafted = self.passed = 0
        self._rng = rng
        self._embedder = embedder
        self._brands = brands

    def make(self, count: int, subjects: Iterator[_Three], phrasing: Phrasing) -> tuple[Example, ...]:
        composer = Composer(self._rng, phrasing, self._embedder)
        found: dict[tuple[str, str], Example] = {}
        silent = 0
        for _ in range(count * _TRIES):
            if len(found) == count:
                break
            example = self._example(composer, next(subjects))
            silent += example is not None and example.target == NOTHING_FITS
            if example is not None and (example.target != NOTHING_FITS or silent <= _SILENT * count):
                again = repaired(example, self._rng, self._brands) if self._rng.random() < _REPAIRS else None
                found.setdefault((example.need, example.target), again or example)
        if len(found) < count:
            raise RuntimeError(f"only {len(found)} of {count} examples could be made; see the phrasings")
        return tuple(found.values())

    def _example(self, composer: Composer, three: _Three) -> Example | None:
        subject = three[0]
        draft = composer.compose(*three)
        if draft is None:
            return None
        self.drafted += 1
        example = Example(
            subject.item.title, draft.need, draft.factors, draft.evidence, " ".join(draft.claims), subject.shop
        )
        if not proved(example, self._brands):
            return None
        self.passed += 1
        return example


def proved(example: Example, brands: frozenset[str] = frozenset()) -> bool:
    """Whether the target is `NOTHING_FITS`, or reads back as the claims it was made of, each of them supported."""
    if example.target == NOTHING_FITS:
        return True
    verifier = Verifier.of(example.evidence, example.title, brands, need=example.need)
    claims = split_claims(example.target)
    return bool(claims) and all(verifier.check(claim).supported for claim in claims)


def repaired(example: Example, rng: random.Random, brands: frozenset[str]) -> Example | None:
    """The example as one of a repair: one of its claims went wrong at first, and the other is the target.

    Either the first claim went wrong and the second takes its place; or the second did, and it is put right, where no
    other line of evidence is left. None if the example does not lend itself to it.
    """
    claims = split_claims(example.target)
    if len(claims) != 2:
        return None
    first, second = claims
    verifier = Verifier.of(example.evidence, example.title, brands, need=example.need)
    ids = frozenset(each.id for each in example.evidence)
    if not set(first.evidence_ids) & set(second.evidence_ids) and rng.random() < 0.6:
        wrong, proven, used = wrong_claim(first, example.need, ids, rng), "", frozenset(first.evidence_ids)
    else:
        wrong, proven = wrong_claim(second, example.need, ids, rng), written(first)
        used = frozenset(first.evidence_ids) | frozenset(second.evidence_ids)
        if used != ids:
            return None
    verdict = verifier.check(wrong)
    if verdict.supported:
        return None
    problem = f"“{wrong.text}”: {verdict.problem}"
    return replace(example, target=written(second), proven=proven, problem=problem, used=tuple(sorted(used)))


def _mixed(
    rng: random.Random, made: Sequence[Subject], shown: Sequence[Subject], *, held_out: bool | None
) -> Iterator[_Three]:
    pools = [
        [subject for subject in subjects if held_out is None or subject.held_out == held_out]
        for subjects in (made, shown)
    ]
    while True:
        pool = pools[rng.random() < _DEMO_SHARE]
        subject = rng.choice(pool)
        others = [s for s in pool if s.item.category == subject.item.category and s.item.title != subject.item.title]
        near = [s for s in others if s.item.kind == subject.item.kind or s.item.brand == subject.item.brand]
        strange = [s for s in pool if s.item.category != subject.item.category or s not in near]
        yield subject, rng.choice(near if near and rng.random() < 0.8 else others), rng.choice(strange)


def _has_drawback(text: str) -> bool:
    return any(word in text.casefold().replace(",", " ").split() for word in ("but", "still", "though", "however"))
