"""The benchmark of reasons as text: tables for the terminal and for a page, and values for JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table as RichTable

from agent.reasons.claims import written
from serving.bench.checker import CheckerFigures, SetFigures
from serving.bench.measures import Share, Spread
from serving.bench.reason_figures import Outcome, ReasonFigures, TextFigures
from serving.bench.reason_plan import Run
from serving.errors import EnvironmentUnfit

CHECKER_COMMAND = "because bench reasons --checker-only"
_SHOWN_MISTAKES = 12


@dataclass(frozen=True, slots=True)
class Table:
    """A table as both the terminal and a page show it."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def markdown(self) -> str:
        lines = [self.header, tuple("---" for _ in self.header), *self.rows]
        return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)

    def show(self, console: Console) -> None:
        table = RichTable(*self.header, title=self.title)
        for row in self.rows:
            table.add_row(*row)
        console.print(table, markup=False)


def reason_tables(figures: ReasonFigures) -> tuple[Table, ...]:
    """What was written, how it came about, what it cost."""
    return (
        Table("Text", ("of the text", "raw", "shipped"), tuple(_text_rows(figures.raw, figures.shipped))),
        Table("Outcome", ("of the reasons", "figure"), tuple(_outcome_rows(figures))),
        Table("Cost", ("a reason", "p50", "p95", "least", "most", "n"), tuple(_cost_rows(figures))),
    )


def _text_rows(raw: TextFigures, shipped: TextFigures) -> Iterator[tuple[str, ...]]:
    names = {
        "recall": "claims supported by what they cite (citation recall)",
        "precision": "citations needed or enough alone (citation precision)",
        "whole": "reasons with every claim supported",
        "invented": "reasons with an invented number or name",
        "numbers": "… a number",
        "names": "… a name",
    }
    for field, name in names.items():
        yield name, str(getattr(raw, field)), str(getattr(shipped, field))


def _outcome_rows(figures: ReasonFigures) -> Iterator[tuple[str, str]]:
    for state, share in figures.states.items():
        yield state, str(share)
    yield "cites the history, where there is one", str(figures.cites_history)
    yield "claims dropped, by cause", _counted(figures.dropped)
    yield "raw claims unsupported, by cause", _counted(figures.raw_wrong)
    yield "model failures", str(figures.model_failures)
    yield "words, mean ± sd", f"{figures.words_mean:.1f} ± {figures.words_sd:.1f}"
    variety = figures.variety
    yield "distinct-2", f"{variety.distinct_2:.3f}"
    yield "unique sentences", f"{variety.unique_sentences:.1%}"
    yield f"commonest opening: “{variety.opening}”", str(variety.opening_share)


def _cost_rows(figures: ReasonFigures) -> Iterator[tuple[str, ...]]:
    yield _spread_row("time with three at once, ms", figures.time_ms)
    yield _spread_row("checking its raw text, ms", figures.check_ms, 2)
    yield _spread_row(f"model calls (mean {figures.calls_mean:.2f})", figures.calls)
    yield _spread_row("prompt tokens", figures.prompt_tokens)
    yield _spread_row("completion tokens", figures.completion_tokens)


def checker_tables(figures: CheckerFigures) -> tuple[Table, ...]:
    sets = (figures.written, figures.made, figures.chinese)
    named = (f"written ({figures.part})", "made", f"written in Chinese ({figures.part})")
    kinds = sorted({kind for each in sets for kind in each.caught})
    rows = [(kind, *(_kind(each, kind) for each in sets)) for kind in kinds]
    rows.append(("all", *(str(each.caught_all) for each in sets)))
    passed = [
        ("true claims that pass", *(str(each.passed) for each in sets)),
        ("refused, by cause", *(_counted(each.refused) for each in sets)),
    ]
    return (
        Table("False claims caught", ("kind", *named), tuple(rows)),
        Table("True claims", ("", *named), tuple(passed)),
        Table(
            "Relevance",
            ("line", "said to answer, of those that do", "of those that do not"),
            tuple(_relevance(figures)),
        ),
        Table(
            "Cost",
            ("", "p50", "p95", "least", "most", "n"),
            (_spread_row("checking one claim by rules, ms", figures.rules_ms, 2),),
        ),
    )


def _relevance(figures: CheckerFigures) -> Iterator[tuple[str, ...]]:
    for kind, share in figures.relevance.answering.items():
        yield kind, str(share), str(figures.relevance.beside[kind])


def run_markdown(run: Run) -> str:
    """Tables and examples of a run, as they stand on a page."""
    parts = [
        f"`{run.command}` on {run.machine}; {run.date}; model {run.model}. Sample: {run.sample}. In brackets: intervals"
        " of 95 % (Wilson), and counts.",
        *(table.markdown() for table in reason_tables(run.figures)),
        f"The first {len(run.examples)} cases of a seeded shuffle:",
        *(example_markdown(number, outcome) for number, outcome in enumerate(run.examples, start=1)),
    ]
    return "\n\n".join(parts)


def checker_markdown(figures: CheckerFigures, machine: str, date: str) -> str:
    command = f"{CHECKER_COMMAND} --part {figures.part} --seed {figures.seed}"
    tables = (table.markdown() for table in checker_tables(figures))
    return "\n\n".join([f"`{command}` on {machine}; {date}. In brackets: intervals of 95 %, and counts.", *tables])


def example_markdown(number: int, outcome: Outcome) -> str:
    """One case, whole."""
    case, reason = outcome.case, outcome.reason
    verdicts = [v.cause or "supported" for v in outcome.raw_text.verdicts]
    rows = [
        ("need", case.question),
        ("item", case.item.title),
        *((each.id, each.text) for each in case.evidence),
        ("raw", outcome.raw),
        ("raw, claim by claim", ", ".join(verdicts) or "no claim"),
        ("shipped", " ".join(written(claim) for claim in reason.claims) or "nothing"),
        ("state", reason.state),
        ("dropped", _counted(_causes(outcome))),
    ]
    return Table("", (f"{number}", ""), tuple(rows)).markdown()


def run_values(run: Run) -> dict[str, Any]:
    """A run as plain values."""
    values = {name: getattr(run, name) for name in ("name", "command", "machine", "date", "model", "sample")}
    return values | {
        "figures": _plain(asdict(run.figures)),
        "examples": [_example_values(outcome) for outcome in run.examples],
    }


def checker_values(figures: CheckerFigures) -> dict[str, Any]:
    values: dict[str, Any] = _plain(asdict(figures))
    return values


def write_figures(page: Path, name: str, text: str) -> None:
    """Put the text between the page's marks of this name; marks that are not there yet are added at its end.

    Raises:
        EnvironmentUnfit: there is no such page, or only one of its two marks.
    """
    if not page.is_file():
        raise EnvironmentUnfit(f"There is no page {page}; give the path of one, such as docs/reasons.md.")
    begins, ends = f"<!-- figures:{name} -->", "<!-- /figures -->"
    whole = page.read_text(encoding="utf-8")
    if begins not in whole:
        whole = f"{whole.rstrip()}\n\n## {name}\n\n{begins}\n{ends}\n"
    before, _, rest = whole.partition(begins)
    _, found, after = rest.partition(ends)
    if not found:
        raise EnvironmentUnfit(f"{page} has the mark {begins} but not the mark {ends} after it.")
    page.write_text(f"{before}{begins}\n\n{text}\n\n{ends}{after}", encoding="utf-8")


def show_mistakes(figures: CheckerFigures, console: Console) -> None:
    """Some of the claims of the written sets that were judged wrongly; JSON has them all."""
    for mistake in figures.written.mistakes[:_SHOWN_MISTAKES] + figures.chinese.mistakes[:_SHOWN_MISTAKES]:
        console.print(f"{mistake.kind}: {mistake.claim}", style="yellow", markup=False, soft_wrap=True)
        console.print(f"    {mistake.problem or 'passed'}  <-  {' '.join(mistake.cited)}", markup=False, soft_wrap=True)


def _example_values(outcome: Outcome) -> dict[str, Any]:
    case, reason = outcome.case, outcome.reason
    return {
        "question": case.question,
        "item": case.item.title,
        "history": case.history,
        "factors": case.factors,
        "evidence": {each.id: each.text for each in case.evidence},
        "raw": outcome.raw,
        "raw_verdicts": [asdict(v) for v in outcome.raw_text.verdicts],
        "shipped": [written(claim) for claim in reason.claims],
        "state": reason.state,
        "dropped": _causes(outcome),
    }


def _causes(outcome: Outcome) -> dict[str, int]:
    causes = [v.cause for v in outcome.reason.verdicts if not v.supported]
    return {cause: causes.count(cause) for cause in dict.fromkeys(causes)}


def _kind(figures: SetFigures, kind: str) -> str:
    return str(figures.caught[kind]) if kind in figures.caught else ""


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {n}" for name, n in counts.items()) or "none"


def _spread_row(name: str, spread: Spread, digits: int = 0) -> tuple[str, ...]:
    values = (spread.p50, spread.p95, spread.least, spread.most)
    return (name, *(f"{value:,.{digits}f}" for value in values), str(spread.n))


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|").strip()


def _plain(value: Any) -> Any:
    """Shares with their value, which `asdict` leaves out, and tuples as JSON has them."""
    if isinstance(value, Mapping):
        made = {str(key): _plain(inner) for key, inner in value.items()}
        if made.keys() == {"hits", "n", "low", "high"}:
            made["share"] = Share(**value).value if value["n"] else None
        return made
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(inner) for inner in value]
    return value
