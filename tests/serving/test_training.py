"""The reason model's training: proved, varied examples that are kept apart, and a fine-tune that learns from them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.reasons.claims import split_claims
from agent.reasons.verify import Verifier
from retrieval.catalogue import Attribute
from serving.errors import PreparationFailed
from serving.merging import merge
from serving.training.curve import loss_curve
from serving.training.examples import NOTHING_FITS, Dataset, Example, figures, make_examples, proved
from serving.training.phrasing import Phrasing, attribute_list, expanded
from serving.training.reasons import train_adapter
from serving.training.speech import agreed, retold, tellable
from tests.embedders import WordEmbedder

DEMO = Path(__file__).parents[2] / "demo"
SLOTS = set(
    "n an v av vn n2 an2 v2 s ls c d q l r x p f g w j it who cap need need2 person present noun kind akind "  # noqa: SIM905
    "brand name t u".split()
)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return make_examples(DEMO, WordEmbedder(), seed=3, train=500, held_out=80)


def everything(dataset: Dataset) -> tuple[Example, ...]:
    return (*dataset.train, *dataset.validation, *dataset.unseen)


def test_every_claim_of_every_target_is_proved_by_what_it_cites(dataset: Dataset) -> None:
    for example in everything(dataset):
        verifier = Verifier.of(example.evidence, example.title, need=example.need)
        claims = split_claims(example.target)
        assert claims
        if example.target != NOTHING_FITS:
            assert [verifier.check(claim).problem for claim in claims] == [""] * len(claims), example.target


def test_the_phrasings_need_little_throwing_away(dataset: Dataset) -> None:
    assert dataset.passing >= 0.97


def test_a_target_that_says_more_than_its_evidence_is_not_taken(dataset: Dataset) -> None:
    example = next(e for e in dataset.train if e.target != NOTHING_FITS)
    wrong = Example(
        example.title, example.need, (), example.evidence, example.target.replace(" [", " and is blue [", 1), "demo"
    )
    assert proved(example)
    assert not proved(wrong)


def test_targets_vary(dataset: Dataset) -> None:
    found = figures(dataset.train)
    assert found.commonest_opening <= 0.03
    assert found.openings >= 0.6 * found.examples
    assert found.shops >= 10
    assert found.distinct_2 >= 0.3


def test_drawbacks_and_silence_have_their_share(dataset: Dataset) -> None:
    found = figures(dataset.train)
    assert 0.04 <= found.drawbacks <= 0.2
    assert 0 < found.nothing_fits <= 0.06
    assert 14 <= found.words <= 27


def test_most_prompts_hold_evidence_that_the_target_leaves_out(dataset: Dataset) -> None:
    left = [{e.id for e in x.evidence} - set(re.findall(r"[HAR]\d", x.target)) for x in dataset.train]
    assert sum(map(bool, left)) >= 0.6 * len(left)


_TAKEN_UP = re.compile(
    r"\byou (?:asked|wanted|want|need|mentioned|named|set|searched|(?:had )?hoped|had in mind|were (?:after|looking))\b"
    r"|\byour (?:budget|limit|wish)\b|\bfor your\b",
    re.I,
)


def test_many_targets_take_up_what_was_asked(dataset: Dataset) -> None:
    taken_up = [e for e in dataset.train if _TAKEN_UP.search(e.target)]
    assert 0.35 <= len(taken_up) / len(dataset.train) <= 0.65


def test_targets_are_short_and_each_claim_cites_one_or_two_lines(dataset: Dataset) -> None:
    for example in dataset.train:
        claims = split_claims(example.target)
        assert len(claims) <= 3
        assert all(len(claim.evidence_ids) <= 2 for claim in claims)
    assert sum(len(split_claims(e.target)) == 3 for e in dataset.train) <= 0.1 * len(dataset.train)


def test_history_that_has_nothing_to_do_with_the_item_is_left_out(dataset: Dataset) -> None:
    shown = [e for e in dataset.train if e.evidence[0].kind == "history"]
    unused = [e for e in shown if "[H1]" not in e.target]
    assert 0.05 <= len(unused) / len(dataset.train) <= 0.2
    for example in shown:
        if re.search(r"\b[123] of 5 stars", example.evidence[0].text):
            assert "[H1]" not in example.target


@pytest.mark.parametrize(
    ("name", "value", "unit", "told"),
    [
        ("grip", "cork", None, "text by name: grip"),
        ("fit", "one made for the widest feet", None, "text"),
        ("power", 1200, "W", "power, measured"),
        ("power", "two AAA batteries", None, "power"),
        ("dimensions", "24 x 16 x 0.8 cm", None, "several"),
        ("package", "charger, bag, two batteries", None, "listed"),
        ("waterproof", "no", None, "no"),
        ("waterproof", "light rain only", None, "graded"),
        ("monthly fee", "none", None, "none"),
        ("net weight", 340, "g", "weight"),
    ],
)
def test_each_kind_of_fact_has_its_patterns(name: str, value: Any, unit: str | None, told: str) -> None:
    found = attribute_list(Attribute(name, value, unit), Phrasing.read(held_out=False))
    assert found == told.removeprefix("text by name: ")


def test_a_plural_noun_takes_a_plural_verb() -> None:
    assert agreed("headphones that is light", "headphones") == "headphones that are light"
    assert agreed("a tent that lasts", "tent") == "a tent that lasts"


def test_history_is_told_exactly_where_it_moved_the_score(dataset: Dataset) -> None:
    for example in dataset.train:
        if "[H1]" in example.target:
            assert "like what you chose before" in example.factors


def test_the_sets_share_no_item_and_held_out_categories_are_unseen(dataset: Dataset) -> None:
    trained = {example.title for example in dataset.train}
    assert not trained & {example.title for example in dataset.validation}
    assert not trained & {example.title for example in dataset.unseen}
    assert {example.shop for example in dataset.unseen} == {"held out"}
    assert "held out" not in {example.shop for example in (*dataset.train, *dataset.validation)}


def test_a_fifth_of_the_patterns_is_kept_from_training() -> None:
    seen, unheard = Phrasing.read(held_out=False).patterns, Phrasing.read(held_out=True).patterns
    for name in seen:
        assert unheard[name], name
        if name != "attributes.description":  # a description may always be told in its own words
            assert not set(seen[name]) & set(unheard[name]), name
    distinct = {pattern for lists in (seen, unheard) for written in lists.values() for pattern in written}
    assert len(distinct) >= 400


def test_patterns_use_slots_that_exist_and_end_without_a_stop() -> None:
    for held_out in (False, True):
        for name, written in Phrasing.read(held_out=held_out).patterns.items():
            for pattern in (one for each in written for one in each):
                assert set(re.findall(r"{(\w+)}", pattern)) <= SLOTS, (name, pattern)
                assert name.startswith(("needs.", "questions.")) or not pattern.endswith("."), (name, pattern)


def test_a_pattern_is_expanded_to_all_its_choices() -> None:
    assert list(expanded("(A|One) buyer says (that |){c}")) == [
        "A buyer says that {c}",
        "A buyer says {c}",
        "One buyer says that {c}",
        "One buyer says {c}",
    ]


@pytest.mark.parametrize(
    ("clause", "person", "told"),
    [
        ("my ears get hot", "they", "their ears get hot"),
        ("I was glad that it fits me", "they", "they were glad that it fits them"),
        ("our dog sleeps, and I'm happy", "they", "their dog sleeps, and they're happy"),
        ("it kept me dry on my way", "you", "it kept you dry on your way"),
        ("the US plug is in the box", "they", "the US plug is in the box"),
    ],
)
def test_a_customers_words_are_told_by_somebody_else(clause: str, person: Any, told: str) -> None:
    assert retold(clause, person) == told


def test_fragments_and_questions_are_quoted_and_not_retold() -> None:
    assert tellable("My ears get hot after an hour.")
    assert not tellable("Brilliant little bag for summer walks.")
    assert not tellable("The best thing I own, is it not?")


def test_the_seed_decides_everything() -> None:
    one, same, other = (make_examples(DEMO, WordEmbedder(), seed=seed, train=40, held_out=5) for seed in (1, 1, 2))
    assert one == same
    assert one.train != other.train


def test_a_prompt_lists_the_evidence_and_no_worked_example(dataset: Dataset) -> None:
    example = next(e for e in dataset.train if e.factors)
    system, user = example.messages()
    assert [system.role, user.role] == ["system", "user"]
    for line in example.evidence:
        assert f"[{line.id}] {line.text}" in user.content
    assert ", ".join(example.factors) in user.content


def test_the_curve_is_a_picture_of_both_losses() -> None:
    svg = loss_curve([(1, 2.0), (2, 1.0)], [(2, 1.2)])
    assert svg.startswith("<svg") and svg.count("<polyline") == 1 and svg.count("<circle") == 1


@pytest.fixture(scope="module")
def base(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model of the real one's kind, with random weights and a tokenizer that knows the examples' words."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    texts = [f"{m.role} {m.content} {e.target}" for e in everything(dataset) for m in e.messages()]
    split = pre_tokenizers.Whitespace()
    known = sorted({word for text in texts for word, _ in split.pre_tokenize_str(text)})
    words = Tokenizer(models.WordLevel({w: i for i, w in enumerate(["<end>", "<unk>", *known])}, unk_token="<unk>"))
    words.pre_tokenizer = split
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, eos_token="<end>", unk_token="<unk>")
    tokenizer.chat_template = "{% for m in messages %}{{ m['role'] }} {{ m['content'] }}\n{% endfor %}"
    folder = tmp_path_factory.mktemp("base") / "tiny"
    sizes = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}
    config = LlamaConfig(vocab_size=len(tokenizer), tie_word_embeddings=True, initializer_range=0.3, **sizes)
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Two would only wait for each other over so small a model."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.slow
@pytest.mark.usefixtures("one_thread")
@pytest.mark.filterwarnings("ignore")
def test_training_learns_goes_on_after_an_interruption_and_merges(
    dataset: Dataset, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from serving.training.loop import TrainConfig, Trainer

    config = TrainConfig(learning_rate=0.02, checkpoint_every=10, validate_every=20, validated=16, steps=40)
    told: list[str] = []
    step = Trainer._step

    def interrupted(self: Trainer, batch: Any, rate: float) -> float:
        if any("step 20" in line for line in told):
            raise KeyboardInterrupt
        return step(self, batch, rate)

    train: dict[str, Any] = {"minutes": 5.0, "seed": 1, "report": told.append, "config": config}
    monkeypatch.setattr(Trainer, "_step", interrupted)
    with pytest.raises(KeyboardInterrupt):
        train_adapter(base, dataset, tmp_path, **train)
    monkeypatch.setattr(Trainer, "_step", step)
    adapter = train_adapter(base, dataset, tmp_path, **train)

    assert any("Going on from step 20" in line for line in told)
    account = json.loads((adapter / "training.json").read_text())
    assert [number for number, _ in account["losses"]] == list(range(1, 41))
    assert account["held_out_items_and_phrasings"][-1][1] < account["losses"][0][1] - 0.5
    assert (account["seed"], account["data"]["train"]["examples"]) == (1, 500)
    assert str(tmp_path) not in (adapter / "adapter_config.json").read_text()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["adapter"], "nothing but the result is left"

    out = tmp_path / "merged"
    merge(base, adapter, out)
    model, before = (AutoModelForCausalLM.from_pretrained(f) for f in (out, base))
    assert model.dtype == torch.bfloat16
    name = "model.layers.0.mlp.up_proj.weight"
    assert not torch.allclose(model.state_dict()[name].float(), before.state_dict()[name].float(), atol=1e-3)
    assert AutoTokenizer.from_pretrained(out).chat_template == AutoTokenizer.from_pretrained(base).chat_template


@pytest.mark.slow
@pytest.mark.usefixtures("one_thread")
@pytest.mark.filterwarnings("ignore")
def test_a_training_may_begin_with_a_kept_adapter_and_says_so(dataset: Dataset, base: Path, tmp_path: Path) -> None:
    from serving.training.loop import TrainConfig

    told: list[str] = []
    train: dict[str, Any] = {"minutes": 5.0, "seed": 1, "report": told.append}
    config = TrainConfig(learning_rate=0.02, validated=16, steps=30)
    first = train_adapter(base, dataset, tmp_path / "first", config=config, **train)
    one_step = TrainConfig(learning_rate=0.0, validated=16, steps=1)
    second = train_adapter(base, dataset, tmp_path / "second", config=one_step, start_from=first, **train)
    cold = train_adapter(base, dataset, tmp_path / "cold", config=one_step, **train)

    earlier, later, untrained = (json.loads((f / "training.json").read_text()) for f in (first, second, cold))
    assert later["held_out_categories"] == pytest.approx(earlier["held_out_categories"], abs=0.02)
    assert untrained["held_out_categories"] > later["held_out_categories"] + 0.2
    assert (later["started_from"]["steps"], later["started_from"]["adapter"]) == (30, "adapter")
    assert earlier["started_from"] is None and set(later["held_out_categories_of"]) == {"reasons-en"}

    narrow = TrainConfig(rank=4, steps=1)
    with pytest.raises(PreparationFailed, match="another model or rank"):
        train_adapter(base, dataset, tmp_path / "narrow", config=narrow, start_from=first, **train)
