"""The benchmark of reasons: cases as shoppers have them, figures that count right, a checker put to the test."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from rich.console import Console

from agent.reasons.claims import Claim, claim_of
from agent.reasons.reason import NOTHING_FITS, Writer
from agent.reasons.support import Support
from agent.reasons.verify import Verdict
from retrieval.catalogue import Item
from retrieval.evidence import Evidence
from retrieval.feeds import read_items
from serving.bench.checker import TRUE, examine, made_trials, written_trials
from serving.bench.corruption import CORRUPTIONS, Others, Trial, corrupted
from serving.bench.invention import invented_names, invented_numbers
from serving.bench.measures import Share
from serving.bench.reason_cases import Case, CaseMaker, foreign_wares
from serving.bench.reason_commands import bench_checker
from serving.bench.reason_figures import figures, judged, read_text
from serving.bench.reason_plan import Plan, Run, run_of
from serving.bench.reason_report import run_markdown, run_values, write_figures
from serving.bench.reasons import Stock, stocked, written
from serving.bench.relevance import judge_relevance
from serving.errors import EnvironmentUnfit
from serving.profiles import load_profile
from serving.training.phrasing import Phrasing
from tests.embedders import WordEmbedder
from tests.models import ScriptedModel, dead_model
from tests.serving.demo_shop import settings

DEMO = Path(__file__).parents[2] / "demo"
HELD_OUT = {"photography", "skin care", "toys"}
EVIDENCE = (
    Evidence("H1", "history", "You bought the Skarne Lys tent, 4 of 5 stars", ""),
    Evidence("A1", "attribute", "weight: 340 g", ""),
    Evidence("A2", "attribute", "colour: pale blue", ""),
    Evidence("R1", "review", "It packs down small and the cork grip feels warm.", ""),
)
TRIAL = Trial(TRUE, Claim("It weighs 340 g.", ("A1",)), "Torrwick Alder drill", "Torrwick", "a light drill", EVIDENCE)
OTHERS = Others(
    ["Velloe Glass sunscreen"],
    ["Torrwick", "Velloe"],
    [replace(TRIAL, claim=claim_of("You bought the Moorlit lamp [H1]."))],
)


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stock]:
    with stocked(settings(tmp_path_factory.mktemp("store")), Plan(), WordEmbedder()) as opened:
        yield opened


@pytest.fixture(scope="module")
def cases(stock: Stock) -> tuple[Case, ...]:
    return maker(stock).make(24)


def maker(stock: Stock, seed: int = 11) -> CaseMaker:
    return CaseMaker(stock.index, stock.wares, Phrasing.read(held_out=True), random.Random(seed))


def states_a_fact(variables: dict[str, Any]) -> str:
    """True first, then with a number and a name that are nowhere."""
    fact = next(e for e in variables["evidence"] if e["id"] == "A1")
    return f"The shop says “{fact['text'].rstrip('.')}” [A1]. It has 4321 Zorblax [A1]."


async def run_with(model: ScriptedModel, stock: Stock, cases: tuple[Case, ...]) -> Run:
    writer = Writer(model, stock.index.catalogue.vocabulary.brands)
    outcomes = await written(writer, cases, Support, concurrency=4, console=Console(file=StringIO()))
    return run_of(Plan(), load_profile("cpu", settings(Path())), "en", "a test", outcomes)


def test_cases_are_of_the_categories_and_the_words_that_training_does_not_see(cases: tuple[Case, ...]) -> None:
    assert len(cases) == 24 and {case.item.category for case in cases} <= HELD_OUT
    assert len({(case.question, case.item.item_id) for case in cases}) == 24
    assert [case.history > 0 for case in cases] == [False, True] * 12
    assert all(1 <= case.history <= 4 for case in cases[1::2])
    assert all(case.evidence and "matches what you asked" in case.factors for case in cases)


def test_the_seed_decides_the_cases(stock: Stock) -> None:
    one, same, other = (maker(stock, seed).make(6) for seed in (1, 1, 2))
    assert one == same != other


def test_a_catalogue_without_needs_is_asked_for_in_its_own_words(tmp_path: Path) -> None:
    rows = [
        {"id": n, "name": f"Beige backpack {n}", "style": "backpack", "category": "accessories", "price": 40 + n,
         "description": "A beige backpack with straps and compartments."}
        for n in range(6)
    ]  # fmt: skip
    path = tmp_path / "foreign.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    with stocked(settings(tmp_path), Plan(path), WordEmbedder()) as stock:
        assert {need for ware in stock.wares for need in ware.needs} > {"a backpack"}
        cases = maker(stock).make(20)
    assert len(cases) == 20 and all("backpack" in case.question.casefold() for case in cases)
    told = [any(each.kind == "history" for each in case.evidence) for case in cases]
    assert any(told[1::2]) and not any(told[::2]), "only a shopper with a history is reminded of it"
    assert any(
        len(need.split()) > 2
        for ware in foreign_wares([c.item for c in cases], random.Random(1))
        for need in ware.needs
    )


async def test_what_is_made_up_is_found_in_the_raw_text_and_not_in_what_is_shipped(
    stock: Stock, cases: tuple[Case, ...]
) -> None:
    found = (await run_with(ScriptedModel(states_a_fact), stock, cases)).figures
    assert (found.raw.numbers.value, found.raw.names.value, found.raw.whole.value) == (1.0, 1.0, 0.0)
    assert found.raw.recall.value == 0.5
    assert found.shipped.invented.hits == 0 and found.shipped.recall.value == 1.0
    assert sum(share.hits for share in found.states.values()) == found.shipped.invented.n == 24
    assert sum(found.dropped.values()) >= 24 and "" not in found.dropped
    assert found.calls.most == 2 and found.prompt_tokens.p50 >= 300


async def test_a_model_that_is_down_costs_the_prose_and_is_counted(stock: Stock, cases: tuple[Case, ...]) -> None:
    found = (await run_with(dead_model(), stock, cases[:6])).figures
    assert found.model_failures == 6
    assert found.states["generated"].hits == 0 and found.states["extractive"].hits == 6
    assert found.words_mean == 0.0 and found.raw.recall.n == 0


async def test_a_run_is_written_whole_between_the_marks_of_a_page(
    stock: Stock, cases: tuple[Case, ...], tmp_path: Path
) -> None:
    run = await run_with(ScriptedModel(states_a_fact), stock, cases)
    page = tmp_path / "reasons.md"
    page.write_text("before\n<!-- figures:demo -->\nold\n<!-- /figures -->\nafter\n", encoding="utf-8")
    for _ in range(2):
        write_figures(page, run.name, run_markdown(run))
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n") and text.endswith("after\n") and "\nold\n" not in text
    assert text.count("| need | ") == 10 and run.examples[0].case.question in text and run.machine in text
    write_figures(page, "other", "more")
    assert page.read_text(encoding="utf-8").endswith("<!-- figures:other -->\n\nmore\n\n<!-- /figures -->\n")
    values = json.loads(json.dumps(run_values(run), allow_nan=False))
    assert values["figures"]["raw"]["recall"]["share"] == 0.5 and len(values["examples"]) == 10


def test_a_page_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentUnfit, match=r"no page .*reasons\.md"):
        write_figures(tmp_path / "reasons.md", "demo", "text")


def test_a_citation_counts_if_it_is_enough_or_needed() -> None:
    ground = {("A1",), ("A1", "A2"), ("A1", "H1"), ("R1", "H1")}

    def check(claim: Claim) -> Verdict:
        return Verdict(claim, claim.evidence_ids in ground)

    claims = [Claim("Enough and idle.", ("A1", "A2")), Claim("Both needed.", ("R1", "H1")), Claim("Wrong.", ("A2",))]
    text = judged(claims, "", check)
    assert text.citations == (True, False, True, True, False)
    assert [verdict.supported for verdict in text.verdicts] == [True, True, False]


def test_that_nothing_fits_is_no_claim() -> None:
    assert read_text(NOTHING_FITS) == ()


async def test_variety_is_of_the_models_own_words(stock: Stock, cases: tuple[Case, ...]) -> None:
    run = await run_with(ScriptedModel(states_a_fact), stock, cases[:6])
    claims = (Claim("One two three four five six.", ("A1",)),)
    told = [replace(o, reason=replace(o.reason, state="generated", claims=claims)) for o in run.examples]
    other = replace(told[0], reason=replace(told[0].reason, state="extractive", claims=(Claim("Else.", ("A1",)),)))
    found = figures([*told, other])
    assert (found.variety.opening, found.variety.opening_share.value) == ("one two three four five", 1.0)
    assert (found.variety.unique_sentences, found.variety.distinct_2) == (1 / 6, 5 / 30)
    assert (found.words_mean, found.words_sd) == (6.0, 0.0)


@pytest.mark.parametrize(
    ("text", "numbers", "names"),
    [
        ("It weighs 340 g.", (), ()),
        ("It weighs 0.34 kg.", (), ()),
        ("It weighs 430 g.", ("430",), ()),
        ("You gave it four of five stars.", (), ()),
        ("It has three pockets.", ("three",), ()),
        ("It is made by Zorblax.", (), ("Zorblax",)),
        ("You have the Skarne Lys. Pale blue suits it.", (), ()),
        ("A buyer says: “Warm grip”, and I agree.", (), ()),
        ("A buyer says: “It feels warm.” You have a drill.", (), ()),
        ("It takes the BX12 battery.", (), ("BX12",)),
    ],
)
def test_inventions_are_numbers_and_names_that_stand_nowhere(
    text: str, numbers: tuple[str, ...], names: tuple[str, ...]
) -> None:
    assert (invented_numbers(text, TRIAL.known), invented_names(text, TRIAL.known)) == (numbers, names)


@pytest.mark.parametrize(
    ("kind", "claim", "false"),
    [
        ("unit", "It weighs 340 g [A1].", "It weighs 340 kg [A1]."),
        ("brand", "The Torrwick weighs 340 g [A1].", "The Velloe weighs 340 g [A1]."),
        ("product", "For you: it weighs 340 g [A1].", "For you: the Velloe Glass sunscreen weighs 340 g [A1]."),
        ("negation", "Its colour is pale blue [A2].", "Its colour is not pale blue [A2]."),
        ("history", "It weighs 340 g [A1].", "You bought the Moorlit lamp [H1]."),
        ("number", "The cork grip feels warm [R1].", None),
        ("unit", "The cork grip feels warm [R1].", None),
        ("brand", "It weighs 340 g [A1].", None),
        ("negation", "“It is warm”, says a buyer [R1].", None),
        ("citation", "It is a drill [A1].", None),
    ],
)
def test_a_corruption_changes_one_thing_or_leaves_it(kind: str, claim: str, false: str | None) -> None:
    trial = replace(TRIAL, claim=claim_of(claim))
    assert CORRUPTIONS[kind](trial, OTHERS, random.Random(1)) == (claim_of(false) if false else None)


def test_a_false_number_stands_nowhere_and_a_false_citation_says_nothing_of_it() -> None:
    for seed in range(20):
        number = CORRUPTIONS["number"](TRIAL, OTHERS, random.Random(seed))
        assert number is not None and invented_numbers(number.text, TRIAL.known)
        told = replace(TRIAL, claim=claim_of("A buyer says the cork grip feels warm [R1]."))
        cited = CORRUPTIONS["citation"](told, OTHERS, random.Random(seed))
        assert cited is not None and cited.evidence_ids[0] in {"H1", "A1", "A2"}


def test_enough_claims_are_made_and_corrupted_in_every_way() -> None:
    items = [row for row in read_items(DEMO / "catalogue") if isinstance(row, Item)]
    trials = list(made_trials(DEMO, items, WordEmbedder(), seed=5, count=400))
    true, false = [t for t in trials if t.kind == TRUE], [t for t in trials if t.kind != TRUE]
    assert len(true) == 400 and len({t.claim.text for t in true}) == 400
    assert len(false) >= 400 and {t.kind for t in false} == set(CORRUPTIONS)
    assert len(list(corrupted(true, OTHERS, random.Random(1), most=3))) <= 3 * len(CORRUPTIONS)


def test_an_answer_to_another_wish_is_made_of_a_line_that_answers_nothing() -> None:
    marked = [replace(e, answers=("light",) if e.id == "A1" else ()) for e in EVIDENCE]
    told = replace(
        TRIAL,
        claim=claim_of("A buyer says the cork grip feels warm [R1]."),
        evidence=tuple(marked),
        wishes=("something light",),
    )
    made = CORRUPTIONS["relevance"](told, OTHERS, random.Random(1))
    assert made is not None and made.text.startswith("You asked for something light: a buyer says")
    everything = replace(told, evidence=tuple(replace(e, answers=("light",)) for e in EVIDENCE))
    assert CORRUPTIONS["relevance"](everything, OTHERS, random.Random(1)) is None


def test_relevance_is_judged_against_what_the_made_up_shops_know() -> None:
    figures = judge_relevance(WordEmbedder(), seed=2, items=5)
    assert set(figures.answering) == {"attribute", "description", "review", "all"}
    assert figures.answering["all"].n > 100 and figures.beside["all"].n > 200
    # Shared words alone answer some needs and hardly ever the wrong ones.
    assert figures.answering["all"].value > 2 * figures.beside["all"].value


def test_the_written_claims_are_judged_by_kind(tmp_path: Path) -> None:
    row = {
        "item": "x", "title": TRIAL.title, "need": TRIAL.need, "part": "report",
        "evidence": {each.id: each.text for each in EVIDENCE},
        "true": ["It weighs 340 g [A1].", "It is a marvel of engineering [A1]."],
        "false": [
            {"kind": "number", "claim": "It weighs 430 g [A1]."},
            {"kind": "citation", "claim": "It weighs 340 g [A9]."},
        ],
    }  # fmt: skip
    path = tmp_path / "claims.yaml"
    path.write_text(yaml.safe_dump([row, row | {"part": "tune"}]), encoding="utf-8")
    assert len(list(written_trials(path, "report", {}))) == 4
    found = examine(DEMO, part="report", seed=1, embedder=WordEmbedder(), made=60, claims=path).written
    assert {kind: share.value for kind, share in found.caught.items()} == {"number": 1.0, "citation": 1.0}
    assert (found.passed.hits, found.passed.n) == (1, 2)
    assert [mistake.kind for mistake in found.mistakes] == [TRUE] and list(found.refused) != [""]


def test_a_part_that_there_is_not_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentUnfit, match=r"--part report or --part tune"):
        bench_checker(settings(tmp_path), "all", 1, Console(file=StringIO()), None)


def test_a_share_has_the_interval_of_wilson() -> None:
    share = Share.of([True] * 8 + [False] * 2)
    assert (round(share.low, 3), round(share.high, 3), share.value) == (0.490, 0.943, 0.8)
    assert Share.of([True] * 10).high == 1.0 and Share.of([True] * 10).low == pytest.approx(0.722, abs=0.001)
    assert str(Share.of([])) == "none to count"
