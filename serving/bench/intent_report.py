"""The benchmark of intents as text: tables for the terminal and for a page, and values for JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console

from retrieval.embedding import SentenceEmbedder
from serving.bench.intents import AlikeFigures, IntentFigures, LanguageFigures, bench
from serving.bench.reason_report import Table, write_figures
from serving.profiles import load_profile
from serving.settings import Settings

COMMAND = "because bench intents"


def bench_intents(settings: Settings, console: Console, page: Path | None) -> dict[str, Any]:
    """Run the benchmark; its figures as plain values, and on the page if one is given."""
    figures = bench(SentenceEmbedder(load_profile(settings.profile, settings).embedding_model))
    for table in tables(figures):
        table.show(console)
    if page is not None:
        write_figures(page, "intents", markdown(figures))
    plain: dict[str, Any] = json.loads(json.dumps(asdict(figures)))
    return plain


def tables(figures: IntentFigures) -> tuple[Table, ...]:
    """Overall, look-alikes, each intent, confusions."""
    return (
        _overall(figures.languages),
        _alike(figures.alike),
        *(_intents(name, found) for name, found in figures.languages.items()),
        *(_confusions(name, found) for name, found in figures.languages.items()),
    )


def markdown(figures: IntentFigures) -> str:
    """All tables, as they stand on a page."""
    learned = ", ".join(f"{n:,} in {name}" for name, n in figures.learned_from.items())
    parts = [
        f"`{COMMAND}` on {figures.machine}; {figures.date}. Learned from {learned}. In brackets: intervals of 95 % "
        f"(Wilson; for macro-F1 a bootstrap over messages). One guess takes {figures.guess_ms.p50:.1f} ms "
        f"(p95 {figures.guess_ms.p95:.1f}, n = {figures.guess_ms.n}), without the embedding."
    ]
    for table in tables(figures):
        parts += [f"**{table.title}**", table.markdown()]
    return "\n\n".join(parts)


def _overall(languages: Mapping[str, LanguageFigures]) -> Table:
    rows = [
        ("right", *(str(f.right) for f in languages.values())),
        ("macro-F1", *(str(f.macro_f1) for f in languages.values())),
        ("right or runner-up", *(str(f.among_two) for f in languages.values())),
        ("sure", *(str(f.sure) for f in languages.values())),
        ("right when sure", *(str(f.right_when_sure) for f in languages.values())),
        ("calibration error", *(f"{f.calibration_error:.3f}" for f in languages.values())),
    ]
    return Table("Held-out messages", ("of the messages", *languages), tuple(rows))


def _alike(found: Mapping[str, AlikeFigures]) -> Table:
    rows = [
        ("right", *(str(f.right) for f in found.values())),
        ("harmless, surely taken for instructions, abuse or injury", *(str(f.false_alarms) for f in found.values())),
        ("instructions, abuse or injury taken for harmless", *(str(f.missed) for f in found.values())),
    ]
    return Table("Look-alikes", ("of the messages", *found), tuple(rows))


def _intents(language: str, found: LanguageFigures) -> Table:
    rows = tuple((one.intent, str(one.recall), str(one.precision), f"{one.f1:.2f}") for one in found.intents)
    return Table(f"Each intent, {language}", ("intent", "recall", "precision", "F1"), rows)


def _confusions(language: str, found: LanguageFigures) -> Table:
    rows = tuple((wanted, guessed, str(n)) for wanted, guessed, n in found.confusions)
    return Table(f"Commonest confusions, {language}", ("wanted", "guessed", "how often"), rows)
