"""Learning the attention of `retrieval.representation`: from each deed's past, foresee the deed among random items."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from retrieval.behaviour import Behaviour, Floats, Rows
from retrieval.representation import Representation, Weights

Report = Callable[[str], None]
_CAP = 20.0


@dataclass(frozen=True, slots=True)
class AttentionConfig:
    """``forget`` is the share of learned rows left out at each step, so that the text learns to stand alone."""

    size: int = 64
    key_size: int = 32
    places: int = 30
    epochs: int = 5
    batch: int = 512
    negatives: int = 500
    learning_rate: float = 2e-3
    dropout: float = 0.2
    forget: float = 0.1
    seed: int = 0


def fit_attention(
    behaviour: Behaviour,
    text: Floats,
    config: AttentionConfig | None = None,
    *,
    start: Representation | None = None,
    report: Report = lambda _line: None,
) -> Representation:
    """Learn by a softmax over the deed's item and ``negatives`` random ones, shared by a batch.

    Args:
        start: weights to go on from, instead of random ones.
    Shapes: text (N, size).
    """
    config = config or AttentionConfig()
    torch.manual_seed(config.seed)
    pasts = _Packed.of(behaviour, config.places)
    net = _Attention(behaviour, text, config, start)
    optimizer = torch.optim.Adam(net.parameters.values(), lr=config.learning_rate)
    steps = config.epochs * math.ceil(len(pasts.targets) / config.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(1.0 - step / max(steps, 1), 0.02))
    shuffle = np.random.default_rng(config.seed)
    for epoch in range(1, config.epochs + 1):
        total = 0.0
        for batch in pasts.batches(config.batch, shuffle):
            loss = net.loss(batch)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            total += float(loss.detach()) * len(batch.targets)
        report(f"attention, epoch {epoch} of {config.epochs}: loss {total / max(len(pasts.targets), 1):.3f} nats")
    return Representation(net.weights(), text)


@dataclass(frozen=True)
class _Batch:
    """Pasts laid end to end. Shapes: targets (B,); items, strength, place and owner (E,), owner in 0 … B-1."""

    targets: torch.Tensor
    items: torch.Tensor
    strength: torch.Tensor
    place: torch.Tensor
    owner: torch.Tensor


@dataclass(frozen=True)
class _Packed:
    """Every deed that has a past and speaks for its item: that item, where its past begins, how long it is."""

    items: Rows
    strength: Floats
    targets: Rows
    starts: Rows
    lengths: Rows

    @classmethod
    def of(cls, behaviour: Behaviour, places: int) -> _Packed:
        pasts = [past for past in behaviour.pasts.values() if len(past) > 1]
        if not pasts:
            none = np.zeros(0, np.int64)
            return cls(none, np.zeros(0, np.float32), none, none, none)
        items = np.concatenate([past.items for past in pasts])
        strength = np.concatenate([past.weights for past in pasts])
        length = np.concatenate([np.arange(len(past) - 1, -1, -1) for past in pasts])  # how many deeds are older
        foreseen = np.flatnonzero((length > 0) & (strength > 0))
        return cls(items, strength, items[foreseen], foreseen + 1, np.minimum(length[foreseen], places))

    def batches(self, size: int, shuffle: np.random.Generator) -> Iterator[_Batch]:
        order = shuffle.permutation(len(self.targets))
        for first in range(0, len(order), size):
            chosen = order[first : first + size]
            lengths = self.lengths[chosen]
            owner = np.repeat(np.arange(len(chosen)), lengths)
            place = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
            at = self.starts[chosen][owner] + place
            parts = (self.targets[chosen], self.items[at], self.strength[at], place, owner)
            yield _Batch(*(torch.as_tensor(part) for part in parts))


class _Attention:
    """The formula of `retrieval.representation` over packed pasts, differentiable."""

    def __init__(
        self, behaviour: Behaviour, text: Floats, config: AttentionConfig, start: Representation | None
    ) -> None:
        self.config = config
        self.text = torch.as_tensor(text)
        given = start.weights if start else _fresh(behaviour, text.shape[1], config)
        self.parameters = {
            name: torch.tensor(getattr(given, name), requires_grad=True) for name in Weights.__dataclass_fields__
        }

    def loss(self, batch: _Batch) -> torch.Tensor:
        p, n = self.parameters, len(self.text)
        others = torch.randint(n, (min(self.config.negatives, n),))
        said = self._rows("said", batch.items)
        place = p["places"][batch.place] + p["importance"][batch.items]
        own = self._rows("sought", batch.targets)
        right = self._scores(batch, said, place, own[batch.owner], paired=True)
        wrong = self._scores(batch, said, place, self._rows("sought", others), paired=False)
        # The random items stand for all: each counts for as many as were not drawn.
        wrong = wrong + p["bias"][others] + math.log(n / len(others))
        wrong = wrong.masked_fill(others == batch.targets[:, None], -math.inf)
        logits = torch.cat([right + p["bias"][batch.targets][:, None], wrong], dim=1)
        return functional.cross_entropy(logits, torch.zeros(len(logits), dtype=torch.long))

    def _rows(self, name: str, items: torch.Tensor) -> torch.Tensor:
        """v or q of the items, with dropout. Shapes: (…,) -> (…, d)."""
        learned = self.parameters[name][items]
        kept = (torch.rand(len(items), 1) >= self.config.forget).float() / (1.0 - self.config.forget)
        read = self.text[items] @ self.parameters[f"{name}_text"]
        return functional.dropout(learned * kept + read, self.config.dropout)

    def _scores(
        self, batch: _Batch, said: torch.Tensor, place: torch.Tensor, sought: torch.Tensor, *, paired: bool
    ) -> torch.Tensor:
        """R · q. Shapes: sought (E, d), one for each deed, if paired, -> (B, 1); else (J, d), shared, -> (B, J)."""
        p = self.parameters
        keys, queries = said @ p["keys"], sought @ p["queries"]
        if paired:
            fit, worth = (keys * queries).sum(1, keepdim=True), (said * sought).sum(1, keepdim=True)
        else:
            fit, worth = keys @ queries.T, said @ sought.T
        energy = batch.strength.abs()[:, None] * torch.exp((fit + place[:, None]).clamp(max=_CAP))
        nothing = torch.zeros(len(batch.targets), energy.shape[1])
        gathered = nothing.index_add(0, batch.owner, energy * batch.strength.sign()[:, None] * worth)
        return p["scale"] * gathered / torch.sqrt(torch.exp(p["rest"]) + nothing.index_add(0, batch.owner, energy))

    def weights(self) -> Weights:
        return Weights(**{name: tensor.detach().numpy().copy() for name, tensor in self.parameters.items()})


def _fresh(behaviour: Behaviour, text_size: int, config: AttentionConfig) -> Weights:
    """Small random weights; older places begin weaker, and the bias with the logarithm of what was done."""
    random, n, d = np.random.default_rng(config.seed), len(behaviour.item_ids), config.size

    def drawn(rows: int, columns: int, spread: float) -> Floats:
        return random.normal(0.0, spread, (rows, columns)).astype(np.float32)

    return Weights(
        said=drawn(n, d, 0.02),
        sought=drawn(n, d, 0.02),
        said_text=drawn(text_size, d, 0.03),
        sought_text=drawn(text_size, d, 0.03),
        keys=drawn(d, config.key_size, 0.07),
        queries=drawn(d, config.key_size, 0.07),
        places=(-0.2 * np.arange(config.places)).astype(np.float32),
        importance=np.zeros(n, np.float32),
        bias=np.log1p(behaviour.popularity).astype(np.float32),
        scale=np.ones((), np.float32),
        rest=np.zeros((), np.float32),
    )
