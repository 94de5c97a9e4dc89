"""How well it is told what a line of evidence answers: on items of made-up shops, of which that is known.

Their texts and names are the held-out fifth, which neither the training of the reason model nor the threshold of
`retrieval.relevance` has seen.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agent.need.parse import Parser
from retrieval.catalogue import Catalogue
from retrieval.embedding import Embedder, Remembering
from retrieval.lines import Reader
from retrieval.relevance import Relevance
from serving.bench.measures import Share
from serving.training.phrasing import Phrasing
from serving.training.showing import finds_fault
from serving.training.stock import Line, Subject, made_up_shops

_ITEMS = 25
_LINES = 6


@dataclass(frozen=True, slots=True)
class RelevanceFigures:
    """By kind of line: how many of those that answer a need are said to, and how many of the others are."""

    answering: Mapping[str, Share]
    beside: Mapping[str, Share]


@dataclass(frozen=True, slots=True)
class _Judgement:
    kind: str
    answers: bool
    judged: bool


def judge_relevance(embedder: Embedder, *, seed: int, items: int = _ITEMS) -> RelevanceFigures:
    """Judge lines of ``items`` items of each shop, a fifth of which is held out, for one need of each aspect."""
    rng = random.Random(seed)
    models = Phrasing.read(held_out=True).models
    subjects = [subject for subject in made_up_shops(rng, models, items=items) if subject.held_out]
    reader = Reader.plain(Remembering(embedder))
    found = [judgement for subject in subjects for judgement in _judgements(subject, reader, rng)]
    kinds = ("attribute", "description", "review", "all")
    return RelevanceFigures(*({kind: _share(found, kind, answers) for kind in kinds} for answers in (True, False)))


def _share(found: list[_Judgement], kind: str, answers: bool) -> Share:
    return Share.of(j.judged for j in found if j.answers == answers and kind in {j.kind, "all"})


def _judgements(subject: Subject, reader: Reader, rng: random.Random) -> Iterator[_Judgement]:
    parser = Parser(Catalogue([subject.item]).vocabulary)
    lines = [line for line in subject.lines if not finds_fault(line)]
    for aspect, needs in subject.needs.items():
        need = parser.parse(rng.choice(needs))
        answering = [line for line in lines if aspect in line.aspects][:_LINES]
        beside = [line for line in lines if aspect not in _spoken_of(line)][:_LINES]
        relevance = Relevance(reader, need, subject.item, [line.text for line in (*answering, *beside)])
        for answers, chosen in ((True, answering), (False, beside)):
            for line in chosen:
                yield _Judgement(_kind(line), answers, bool(relevance.answered(line.text)))


def _spoken_of(line: Line) -> frozenset[str]:
    """The aspects of a line, those of its complaints included."""
    return line.aspects.union(*(point.aspects for point in line.points))


def _kind(line: Line) -> str:
    return "description" if line.kind == "attribute" and line.attribute is None else line.kind
