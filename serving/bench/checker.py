"""How far the verifier can be trusted: false claims that it catches, and true ones that it lets pass.

Three sets. The written ones, `claims.yaml` and in Chinese `claims-zh.yaml`, were put into words without sight of the
verifier, or before it was tried on any. The made one is of the
patterns that training does not see, about items it does not see, and of those claims with one thing changed. Nothing
in it was chosen by the verifier: drafts that it would refuse are in it too.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from agent.reasons.chinese import verifier_of
from agent.reasons.claims import claim_of
from agent.reasons.reason import NOTHING_FITS
from agent.reasons.support import Similar, Support
from agent.reasons.verify import Verdict
from retrieval.catalogue import Item
from retrieval.embedding import Embedder, Remembering, Role, Vectors
from retrieval.evidence import Evidence, EvidenceKind
from retrieval.feeds import read_items
from serving.bench.corruption import Others, Trial, corrupted
from serving.bench.measures import Share, Spread
from serving.bench.relevance import RelevanceFigures, judge_relevance
from serving.training.composing import Composer
from serving.training.phrasing import Phrasing
from serving.training.stock import Subject, demo_shop

CLAIMS = Path(__file__).parent / "claims.yaml"
CHINESE_CLAIMS = Path(__file__).parent / "claims-zh.yaml"
TRUE = "true"
"""The kind of a claim that is supported."""
_KINDS: dict[str, EvidenceKind] = {"H": "history", "A": "attribute", "R": "review", "P": "policy"}
_DRAFTS_PER_CLAIM = 3


@dataclass(frozen=True, slots=True)
class Mistake:
    """A claim that was judged wrongly: a false one that passed, or a true one that did not."""

    kind: str
    claim: str
    cited: tuple[str, ...]
    cause: str
    problem: str


@dataclass(frozen=True, slots=True)
class SetFigures:
    """Of one set of claims: ``caught`` of the false ones by kind, ``passed`` of the true ones."""

    caught: dict[str, Share]
    caught_all: Share
    passed: Share
    refused: dict[str, int]
    """True claims that were refused, by the cause given."""
    mistakes: tuple[Mistake, ...]


@dataclass(frozen=True, slots=True)
class CheckerFigures:
    """``rules_ms`` is the time to check one claim without the embeddings that its last step needs."""

    written: SetFigures
    made: SetFigures
    chinese: SetFigures
    part: str
    seed: int
    rules_ms: Spread
    relevance: RelevanceFigures


def examine(
    demo: Path,
    *,
    part: str,
    seed: int,
    embedder: Embedder,
    made: int = 800,
    claims: Path = CLAIMS,
    chinese: Path = CHINESE_CLAIMS,
) -> CheckerFigures:
    """Judge the sets.

    Args:
        part: which half of the written sets, "tune" or "report".
        made: how many true claims to make.
    """
    items = [row for row in read_items(demo / "catalogue") if isinstance(row, Item)]
    brands = frozenset(item.brand for item in items if item.brand)
    by_id = {item.item_id: item for item in items}
    written_set = list(written_trials(claims, part, by_id))
    chinese_set = list(written_trials(chinese, part, by_id))
    made_set = list(made_trials(demo, items, embedder, seed=seed, count=made))
    ahead = _Ahead(embedder)
    rules = _Verifying(brands, Support(ahead.note))
    times = [rules.ms(trial) for trial in (*written_set, *made_set, *chinese_set)]
    ahead.fetch()
    whole = _Verifying(brands, Support(Similar(ahead)))
    relevance = judge_relevance(embedder, seed=seed)
    return CheckerFigures(
        _figures(written_set, whole),
        _figures(made_set, whole),
        _figures(chinese_set, whole),
        part,
        seed,
        Spread.of(times),
        relevance,
    )


def written_trials(path: Path, part: str, items: dict[str, Item]) -> Iterator[Trial]:
    """The claims of one part of a file such as `claims.yaml`."""
    for row in yaml.safe_load(path.read_text(encoding="utf-8")):
        if row["part"] == part:
            yield from _written(row, items.get(row["item"]))


def _written(row: dict[str, Any], item: Item | None) -> Iterator[Trial]:
    evidence = tuple(Evidence(i, _KINDS[i[0]], text, "") for i, text in row["evidence"].items())
    brand = (item.brand if item else None) or ""
    rows = [(TRUE, text) for text in row["true"]] + [(each["kind"], each["claim"]) for each in row["false"]]
    for kind, text in rows:
        yield Trial(kind, claim_of(text), row["title"], brand, row["need"], evidence)


def made_trials(demo: Path, items: Sequence[Item], embedder: Embedder, *, seed: int, count: int) -> Iterator[Trial]:
    """``count`` true claims in held-out words about held-out items, and their corruptions."""
    rng = random.Random(seed)
    true = list(_drafted(demo, embedder, rng, count))
    yield from true
    titles = [item.title for item in items]
    brands = sorted({item.brand for item in items if item.brand})
    histories = [trial for trial in true if {e.kind for e in trial.cited} == {"history"}]
    yield from corrupted(true, Others(titles, brands, histories), rng)


def _drafted(demo: Path, embedder: Embedder, rng: random.Random, count: int) -> Iterator[Trial]:
    subjects = [subject for subject in demo_shop(demo) if subject.shop == "held out"]
    composer = Composer(rng, Phrasing.read(held_out=True), Remembering(embedder))
    found: dict[str, Trial] = {}
    for _ in range(count * _DRAFTS_PER_CLAIM):
        subject = rng.choice(subjects)
        like = [s for s in subjects if s.item.category == subject.item.category and s is not subject]
        strange = [s for s in subjects if s.item.category != subject.item.category]
        for trial in _composed(composer, subject, rng.choice(like), rng.choice(strange)):
            found.setdefault(trial.claim.text, trial)
        if len(found) >= count:
            break
    yield from list(found.values())[:count]


def _composed(composer: Composer, subject: Subject, other: Subject, stranger: Subject) -> Iterator[Trial]:
    draft = composer.compose(subject, other, stranger)
    if draft is None:
        return
    for text in draft.claims:
        if text != NOTHING_FITS:
            item = subject.item
            yield Trial(TRUE, claim_of(text), item.title, item.brand or "", draft.need, draft.evidence, draft.wishes)


class _Ahead:
    """Embeds all that similarity will be asked about at once; one by one it takes minutes on a busy machine."""

    def __init__(self, embedder: Embedder) -> None:
        self.name, self.size = embedder.name, embedder.size
        self._embedder = embedder
        self._asked: dict[str, int] = {}
        self._vectors: Vectors = np.zeros((0, embedder.size), np.float32)

    def note(self, text: str, others: Sequence[str]) -> float:
        """In the place of a similarity: keeps the texts in mind and agrees to everything."""
        for each in (text, *others):
            self._asked.setdefault(each, len(self._asked))
        return 1.0

    def fetch(self) -> None:
        self._vectors = self._embedder.embed(list(self._asked))

    def embed(self, texts: Sequence[str], role: Role = "passage") -> Vectors:  # noqa: ARG002
        found: Vectors = self._vectors[[self._asked[text] for text in texts]]
        return found


@dataclass(frozen=True, slots=True)
class _Verifying:
    """The verifier as it serves, among the brands of the shop."""

    brands: frozenset[str]
    support: Support

    def __call__(self, trial: Trial) -> Verdict:
        verifier = verifier_of(trial.evidence, trial.title, self.brands, need=trial.need, support=self.support)
        return verifier.check(trial.claim)

    def ms(self, trial: Trial) -> float:
        started = time.perf_counter()
        self(trial)
        return (time.perf_counter() - started) * 1000


def _figures(trials: Sequence[Trial], check: _Verifying) -> SetFigures:
    judged = [(trial, check(trial)) for trial in trials]
    false = [(trial, verdict) for trial, verdict in judged if trial.kind != TRUE]
    kinds = dict.fromkeys(trial.kind for trial, _ in false)
    refused: dict[str, int] = {}
    for trial, verdict in judged:
        if trial.kind == TRUE and not verdict.supported:
            refused[verdict.cause] = refused.get(verdict.cause, 0) + 1
    return SetFigures(
        caught={kind: _caught(row for row in false if row[0].kind == kind) for kind in sorted(kinds)},
        caught_all=_caught(false),
        passed=Share.of(verdict.supported for trial, verdict in judged if trial.kind == TRUE),
        refused=refused,
        mistakes=tuple(_mistake(t, v) for t, v in judged if v.supported != (t.kind == TRUE)),
    )


def _caught(rows: Iterable[tuple[Trial, Verdict]]) -> Share:
    return Share.of(not verdict.supported for _, verdict in rows)


def _mistake(trial: Trial, verdict: Verdict) -> Mistake:
    claim = f"{trial.claim.text} {''.join(f'[{i}]' for i in trial.claim.evidence_ids)}".strip()
    return Mistake(trial.kind, claim, tuple(f"[{e.id}] {e.text}" for e in trial.cited), verdict.cause, verdict.problem)
