"""The fine-tune itself: LoRA on a small causal model, on the CPU, resumable."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from safetensors.torch import load_file, save
from torch.nn import functional
from transformers import AutoModelForCausalLM, AutoTokenizer

from serving.training.adapters import by_kind, take_up
from serving.training.batches import IGNORED, Batch, Encoded, batched, collate, encode, schedule
from serving.training.lessons import Dataset

_CHECKPOINT = "checkpoint.pt"
_MEASURED_STEPS = 3
_HOPELESS = 4.0
"""How many times slower than the other type a first step may be, which also warms up."""

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """How the adapter is trained. ``learning_rate`` is the highest; it follows a cosine after a short rise."""

    rank: int = 16
    alpha: int = 32
    learning_rate: float = 1e-3
    batch: int = 8
    epochs: int = 1
    warmup: float = 0.03
    """Share of the training in which the learning rate rises."""
    clip: float = 1.0
    checkpoint_every: int = 50
    validate_every: int = 100
    validated: int = 96
    """Held-out examples a validation looks at."""
    steps: int | None = None
    """Stop after so many steps, as tests do; None trains on all of the data."""


@dataclass(slots=True)
class Progress:
    """Where a training stands; what a checkpoint keeps of it."""

    step: int = 0
    seconds: float = 0.0
    losses: list[tuple[int, float]] = field(default_factory=list)
    validation: list[tuple[int, float]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Trained:
    """A finished adapter. ``weights`` are bfloat16; losses are in nats a target token."""

    weights: dict[str, torch.Tensor]
    config: Any
    progress: Progress
    unseen: float
    unseen_of: dict[str, float]
    """By task and language."""
    dtype: str


class Trainer:
    """Trains one adapter.

    Args:
        base: folder of the model in Hugging Face layout.
        folder: where checkpoints go.
        minutes: the training ends by then; the learning rate falls to 0 over whichever ends first, this time or
            the data, so that a slow machine gives a finished adapter too, after fewer steps.
        start_from: the weights of an adapter of the same rank for the same base, which the training begins with.
    """

    def __init__(
        self,
        base: Path,
        folder: Path,
        dataset: Dataset,
        *,
        minutes: float,
        seed: int,
        config: TrainConfig | None = None,
        start_from: Path | None = None,
    ) -> None:
        self.config = config or TrainConfig()
        self._base, self._folder, self._seconds, self._seed = base, folder, minutes * 60, seed
        self._begun = load_file(start_from) if start_from else None
        tokenizer = AutoTokenizer.from_pretrained(base)
        self._train = encode(dataset.train, tokenizer)
        self._validation = encode(dataset.validation[: self.config.validated], tokenizer)
        self._unseen = encode(dataset.unseen[: self.config.validated], tokenizer)
        self._unseen_of = by_kind(dataset.unseen[: self.config.validated], self._unseen)
        self._steps = schedule(self._train, batch=self.config.batch, epochs=self.config.epochs, seed=seed)
        self._steps = self._steps[: self.config.steps]
        self._key = self._fingerprint()

    def run(self, report: Report) -> Trained:
        """Train, from the last checkpoint if there is one of the same data, seed and configuration."""
        saved = self._checkpoint()
        dtype = str(saved["dtype"]) if saved else self._faster(report)
        self._build(dtype)
        progress = self._restore(saved) if saved else Progress()
        if saved:
            report(f"Going on from step {progress.step}")
        started = time.monotonic() - progress.seconds
        while progress.step < len(self._steps) and progress.seconds < self._seconds:
            loss = self._step(self._batch(progress.step), self._rate(progress))
            progress.step += 1
            progress.seconds = time.monotonic() - started
            progress.losses.append((progress.step, loss))
            self._after_step(progress, dtype, report)
        if not progress.validation or progress.validation[-1][0] != progress.step:
            progress.validation.append((progress.step, self._loss_over(self._validation)))
        weights = get_peft_model_state_dict(self._model, save_embedding_layers=False)
        return Trained(
            {name: tensor.detach().to(torch.bfloat16).contiguous() for name, tensor in weights.items()},
            self._model.peft_config["default"],
            progress,
            self._loss_over(self._unseen),
            {kind: self._loss_over(examples) for kind, examples in self._unseen_of.items()},
            dtype,
        )

    def clear(self) -> None:
        """Forget the checkpoint, once the adapter is safe."""
        (self._folder / _CHECKPOINT).unlink(missing_ok=True)

    def _after_step(self, progress: Progress, dtype: str, report: Report) -> None:
        step, config = progress.step, self.config
        if step % 10 == 0 or step == len(self._steps):
            recent = [loss for _, loss in progress.losses[-10:]]
            pace = progress.seconds / step
            report(f"step {step}/{len(self._steps)}  loss {sum(recent) / len(recent):.3f}  {pace:.1f} s a step")
        if step % config.validate_every == 0:
            progress.validation.append((step, self._loss_over(self._validation)))
            report(f"step {step}: loss {progress.validation[-1][1]:.3f} on held-out items and phrasings")
        if step % config.checkpoint_every == 0:
            self._save(progress, dtype)

    def _build(self, dtype: str) -> None:
        torch.manual_seed(self._seed)
        model = AutoModelForCausalLM.from_pretrained(self._base, dtype=getattr(torch, dtype))
        lora = LoraConfig(
            r=self.config.rank,
            lora_alpha=self.config.alpha,
            target_modules="all-linear",
            task_type="CAUSAL_LM",
            base_model_name_or_path=self._base.name,
        )
        self._model: Any = get_peft_model(model, lora)
        self._model.peft_config["default"].base_model_name_or_path = self._base.name  # peft puts the folder there
        if self._begun is not None:
            take_up(self._model, self._begun)
        self._causal: Any = self._model.get_base_model()
        self._weights = [p for p in self._model.parameters() if p.requires_grad]
        self._optimizer = torch.optim.AdamW(self._weights, lr=self.config.learning_rate, weight_decay=0.0)

    def _faster(self, report: Report) -> str:
        """float32 or bfloat16, whichever takes less time here for a few steps over the shortest example.

        Without instructions for it a processor is many times slower in bfloat16; then one step of that is enough.
        """
        shortest = collate([min(self._train, key=len)])
        took: dict[str, float] = {}
        for dtype in ("float32", "bfloat16"):
            self._build(dtype)
            for _ in range(_MEASURED_STEPS):
                started = time.monotonic()
                self._step(shortest, 0.0)
                took[dtype] = min(time.monotonic() - started, took.get(dtype, math.inf))  # others use the machine too
                if took[dtype] > _HOPELESS * min(took.values()):
                    break
        report(", ".join(f"{dtype} {seconds:.2f} s" for dtype, seconds in took.items()) + " for the shortest example")
        return min(took, key=took.__getitem__)

    def _batch(self, step: int) -> Batch:
        return collate([self._train[i] for i in self._steps[step]])

    def _rate(self, progress: Progress) -> float:
        part = max(progress.step / len(self._steps), progress.seconds / self._seconds)
        rise = min(1.0, (progress.step + 1) / max(self.config.warmup * len(self._steps), 1.0))
        return self.config.learning_rate * rise * 0.5 * (1.0 + math.cos(math.pi * min(part, 1.0)))

    def _step(self, batch: Batch, rate: float) -> float:
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        loss, tokens = self._loss(batch)
        self._optimizer.zero_grad(set_to_none=True)
        (loss / tokens).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._weights, self.config.clip)
        self._optimizer.step()
        return float(loss.detach()) / tokens

    def _loss(self, batch: Batch) -> tuple[torch.Tensor, int]:
        """The summed loss over the target's tokens, and their number. Only there are logits computed: the vocabulary
        is large, and three quarters of the tokens are prompt."""
        hidden = self._causal.model(input_ids=batch.ids, attention_mask=batch.mask, use_cache=False).last_hidden_state
        wanted = batch.labels != IGNORED
        logits = self._causal.lm_head(hidden[wanted]).float()
        return functional.cross_entropy(logits, batch.labels[wanted], reduction="sum"), int(wanted.sum())

    @torch.no_grad()
    def _loss_over(self, examples: Sequence[Encoded]) -> float:
        rows = [self._loss(batch) for batch in batched(examples, self.config.batch)]
        return sum(float(loss) for loss, _ in rows) / max(sum(tokens for _, tokens in rows), 1)

    def _fingerprint(self) -> str:
        stated = json.dumps([asdict(self.config), self._seed, self._base.name, self._steps])
        tokens = repr([(e.prompt, e.target) for e in self._train])
        begun = hashlib.sha256(save(self._begun)).hexdigest() if self._begun is not None else ""
        return hashlib.sha256(f"{stated}{tokens}{begun}".encode()).hexdigest()

    def _save(self, progress: Progress, dtype: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        partial = self._folder / f"{_CHECKPOINT}.partial"
        state = {
            "key": self._key,
            "dtype": dtype,
            "progress": asdict(progress),
            "adapter": get_peft_model_state_dict(self._model, save_embedding_layers=False),
            "optimizer": self._optimizer.state_dict(),
        }
        torch.save(state, partial)
        partial.replace(self._folder / _CHECKPOINT)

    def _checkpoint(self) -> dict[str, Any] | None:
        path = self._folder / _CHECKPOINT
        if not path.is_file():
            return None
        saved: dict[str, Any] = torch.load(path, weights_only=True)
        return saved if saved["key"] == self._key else None

    def _restore(self, saved: dict[str, Any]) -> Progress:
        set_peft_model_state_dict(self._model, saved["adapter"])
        self._optimizer.load_state_dict(saved["optimizer"])
        return Progress(**saved["progress"])
