"""Benchmarks on data that is not the project's, as the command line runs them: run, show, write."""

from __future__ import annotations

import asyncio
import json
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console

from serving.bench import attack_cases, attacks, films, meaning, support
from serving.bench.dialog import Parts, demo_items
from serving.bench.dialog_rooms import local_shop
from serving.bench.film_data import asked_and_told, catalogue_of, read_turns
from serving.bench.reason_report import write_figures
from serving.profiles import load_profile
from serving.settings import Settings
from serving.workbench import running_model

_OF_A_FEED = 2000


def bench_support(settings: Settings, data: Path, part: Parts, console: Console, page: Path | None) -> dict[str, Any]:
    """Ask another shop's service questions; the figures as plain values, and on the page if one is given."""
    items, pairs = support.read_pairs(data)
    with local_shop(settings, console.print, demo=False) as shop:
        shop.index.add_items(items)
        shop.index.add_answers([pair.imported for pair in pairs if pair.known])
        figures = asyncio.run(support.measure(shop, pairs, part))
    support.table(figures).show(console)
    if page is not None:
        write_figures(page, "support", support.markdown(figures))
    plain: dict[str, Any] = json.loads(json.dumps(asdict(figures)))
    return plain


def bench_attacks(
    settings: Settings, data: Path, part: Parts, console: Console, page: Path | None, *, local: bool
) -> dict[str, Any]:
    """Attack the demo shop; the figures as plain values, and on the page if one is given."""
    cases = attack_cases.read_cases(data)
    profile = load_profile(settings.profile, settings)
    by_review = [attack for attack in cases.attacks if not attack.by_chat]
    items, carriers = attack_cases.poisoned(list(demo_items(settings).values()), by_review)
    with ExitStack() as stack:
        if not local:
            stack.enter_context(running_model(profile, settings, console.print))
        shop = stack.enter_context(local_shop(settings, console.print, model=not local))
        shop.index.add_items(items)
        model = "no model: reasons from the evidence" if local else f"model {profile.model}"
        figures = asyncio.run(attacks.measure(shop, cases, carriers, model, part))
    attacks.table(figures).show(console)
    if page is not None:
        write_figures(page, "attacks", attacks.markdown(figures))
    plain: dict[str, Any] = json.loads(json.dumps(asdict(figures)))
    return plain


def bench_films(settings: Settings, data: Path, part: Parts, console: Console, page: Path | None) -> dict[str, Any]:
    """Place films that people recommended; the figures as plain values, and on the page if one is given."""
    turns = read_turns(data)
    _, told = asked_and_told(turns, part)
    with local_shop(settings, console.print, demo=False) as shop:
        shop.index.add_items(catalogue_of(turns, told))
        figures = films.measure(shop, turns, part)
    films.table(figures).show(console)
    if page is not None:
        write_figures(page, "films", films.markdown(figures))
    plain: dict[str, Any] = json.loads(json.dumps(asdict(figures)))
    return plain


def bench_meaning(
    settings: Settings, feed: Path | None, currency: str, console: Console, page: Path | None
) -> dict[str, Any]:
    """Ask the profile's embedding model alone; the figures as plain values, and on the page if one is given."""
    other = meaning.some_items(feed, _OF_A_FEED, currency) if feed else ()
    name = load_profile(settings.profile, settings).embedding_model
    figures = meaning.measure(name, list(demo_items(settings).values()), other)
    meaning.table(figures).show(console)
    console.print(meaning.markdown(figures).partition("\n")[0], markup=False, soft_wrap=True)
    if page is not None:
        write_figures(page, f"meaning {name}", meaning.markdown(figures))
    plain: dict[str, Any] = json.loads(json.dumps(asdict(figures)))
    return plain
