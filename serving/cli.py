"""The command line. Each command is a few lines over a module that does the work."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from agent.errors import AgentError
from prompts.errors import PromptError
from retrieval.errors import RetrievalError
from serving.bench.commands import bench_app
from serving.errors import ServingError
from serving.model_commands import models_app, train_reasons
from serving.options import ProfileOption, RegionOption, StoreOption, err, out, settings_with
from serving.settings import Settings
from serving.ticket_commands import tickets

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False, help=__doc__)
app.add_typer(bench_app, name="bench")
app.command()(tickets)
app.add_typer(models_app, name="models")
train_app = typer.Typer(no_args_is_help=True, help="Train what the assistant is made of.")
app.add_typer(train_app, name="train")
train_app.command("reasons")(train_reasons)
_BAD_ROWS_SHOWN = 20


def main() -> None:
    """Run the command line; what can be foreseen to go wrong is one line and exit code 1."""
    try:
        app()
    except (ServingError, RetrievalError, AgentError, PromptError) as error:
        err.print(f"because: {error}", style="red", markup=False, soft_wrap=True)
        sys.exit(1)


@app.command()
def run(
    profile: ProfileOption = None,
    store: StoreOption = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on, instead of BECAUSE_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on, instead of BECAUSE_PORT.")] = None,
) -> None:
    """Start the model server, the API, the chat page and the demo shop; Ctrl-C stops them."""
    from serving.running import READY
    from serving.running import run as run_shop

    started = time.monotonic()

    def report(line: str) -> None:
        passed = "" if line.startswith(READY) else f"[{time.monotonic() - started:5.1f} s] "
        out.print(passed + line, markup=False, soft_wrap=True)

    try:
        run_shop(settings_with(profile=profile, store=store, host=host, port=port), report)
    except KeyboardInterrupt:
        report("Stopped")


@app.command()
def index(
    catalog: Annotated[Path, typer.Option(help="Item feed: .jsonl, .json, .csv, .tsv or .xml, or a folder of them.")],
    events: Annotated[Path | None, typer.Option(help="Event feed: .jsonl or .csv.")] = None,
    shoppers: Annotated[Path | None, typer.Option(help="Shopper feed: .jsonl or .csv.")] = None,
    answers: Annotated[
        Path | None, typer.Option(help="Folder with policies.md, support.jsonl and coupons.jsonl.")
    ] = None,
    orders: Annotated[Path | None, typer.Option(help="Order feed: .jsonl.")] = None,
    prune: Annotated[bool, typer.Option(help="Take out items that the catalogue no longer lists.")] = False,
    currency: Annotated[str | None, typer.Option(help="Currency of rows that state none, such as EUR.")] = None,
    store: StoreOption = None,
    profile: ProfileOption = None,
) -> None:
    """Build or update an index, as a whole or not at all. An interrupted run can be repeated and goes on.

    With another embedding model than before, everything is embedded anew: the profile names it.
    """
    from serving.indexing import Feeds, index_feeds
    from serving.profiles import load_profile
    from serving.shop import Shop

    settings = settings_with(store=store, profile=profile)
    shop = Shop.open(settings, load_profile(settings.profile, settings), anew=True)
    try:
        report = index_feeds(
            Feeds(catalog, events, shoppers, answers, orders, currency=currency, prune=prune), shop.index, shop.store
        )
    finally:
        shop.close()
    for bad in report.bad_rows[:_BAD_ROWS_SHOWN]:
        err.print(f"skipped {bad}", style="yellow", markup=False, soft_wrap=True)
    if len(report.bad_rows) > _BAD_ROWS_SHOWN:
        err.print(f"... and {len(report.bad_rows) - _BAD_ROWS_SHOWN} more", style="yellow")
    for name, part in (("items", report.items), ("events", report.events), ("answers", report.answers)):
        out.print(f"{name}: {part.added} added or updated, {part.unchanged} unchanged")
    later = f"; {report.facts.left} more when they are first asked for" if report.facts.left else ""
    out.print(f"facts: {report.facts.made} read, {report.facts.facts} different ones{later}")
    out.print(f"orders: {report.orders}, coupons: {report.coupons}")
    out.print(f"rows skipped: {len(report.bad_rows)}")
    if prune:
        kept = " (none, since rows were skipped)" if report.bad_rows else ""
        out.print(f"items taken out: {report.removed}{kept}")
    if not report.items.added and not report.items.unchanged:
        err.print("because: no row of the catalogue could be used", style="red")
        raise typer.Exit(1)


@app.command()
def token(
    shopper: Annotated[str, typer.Argument(help="The shopper's id.")],
    store: StoreOption = None,
) -> None:
    """A signed token that proves who a shopper is, for shopper_token and the widget's data-shopper-token."""
    from serving.identity import Identity

    out.print(Identity.kept_in(settings_with(store=store).store).token(shopper), markup=False, soft_wrap=True)


@app.command()
def forget(
    shopper: Annotated[str, typer.Argument(help="The shopper's id.")],
    store: StoreOption = None,
    profile: ProfileOption = None,
) -> None:
    """Erase all that is kept of a shopper: events, sessions, turns, memories."""
    from serving.profiles import load_profile
    from serving.shop import Shop

    settings = settings_with(store=store, profile=profile)
    shop = Shop.open(settings, load_profile(settings.profile, settings))
    try:
        known = shop.forget(shopper)
    finally:
        shop.close()
    out.print(f"Erased: {shopper}" if known else f"Nothing was kept of {shopper}", markup=False)


@app.command()
def chat(
    shopper: Annotated[str | None, typer.Option(help="A shopper's id; without one you are a guest.")] = None,
    store: StoreOption = None,
    profile: ProfileOption = None,
) -> None:
    """The assistant in this terminal: through the running server, or else on the store itself."""
    from serving.terminal import chat as chat_in_terminal

    asyncio.run(chat_in_terminal(settings_with(store=store, profile=profile), shopper, out))


@app.command()
def recommend(
    shopper: Annotated[str | None, typer.Option(help="A shopper's id.")] = None,
    query: Annotated[str | None, typer.Option(help="What is looked for, in words.")] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=10, help="How many suggestions.")] = 3,
    region: RegionOption = "",
    explain: Annotated[
        bool, typer.Option(help="Also the factors behind each score, and why the next item is not shown.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The whole result as JSON.")] = False,
    store: StoreOption = None,
    profile: ProfileOption = None,
) -> None:
    """Suggestions with reasons for one shopper, once."""
    from serving.terminal import recommend_once

    result = asyncio.run(
        recommend_once(settings_with(store=store, profile=profile), shopper, query, k, explain=explain, region=region)
    )
    if as_json:
        out.print_json(json.dumps(result, ensure_ascii=False))
    else:
        from serving.terminal import print_explained, print_result

        print_result(result, out)
        if explain:
            print_explained(result, out)


@app.command()
def evaluate(
    cases: Annotated[list[Path] | None, typer.Argument(help="Case files; without any, those that come along.")] = None,
    repeat: Annotated[int, typer.Option(min=1, help="How often each case is run.")] = 1,
    report: Annotated[Path, typer.Option(help="Folder for report.json and report.html.")] = Path("reports"),
    store: StoreOption = None,
    profile: ProfileOption = None,
) -> None:
    """Run evaluation cases with the running model: exit code 0 if all pass, 100 if some fail, 1 on an error."""
    from serving.judging import evaluate_cases

    raise typer.Exit(
        asyncio.run(evaluate_cases(settings_with(store=store, profile=profile), cases, repeat, report, out))
    )


@app.command()
def doctor(store: StoreOption = None, profile: ProfileOption = None) -> None:
    """What works here, and what to do about the rest."""
    from serving.doctor import checks

    marks = {"ok": "[green]ok[/]", "warn": "[yellow]warn[/]", "fail": "[red]fail[/]"}
    table = Table(box=None, show_header=False)
    found = checks(settings_with(store=store, profile=profile))
    for check in found:
        table.add_row(marks[check.state], check.name, f"{check.detail}\n{check.advice}".strip())
    out.print(table)
    raise typer.Exit(1 if any(check.state == "fail" for check in found) else 0)


@train_app.command("ranker")
def train_ranker(
    force: Annotated[bool, typer.Option(help="Keep it even if it is no better than the weights set by hand.")] = False,
    demo: Annotated[
        bool, typer.Option(help="Make the ranker that ships with the demo shop, from a simulated crowd.")
    ] = False,
    store: StoreOption = None,
    profile: ProfileOption = None,
) -> None:
    """Learn from the shop's events how to rank; kept only if it foresees better what shoppers chose."""
    if demo:
        _train_demo_ranker(settings_with(store=store, profile=profile))
        return
    from serving.profiles import load_profile
    from serving.shop import Shop
    from serving.training.gate import StillShelf
    from serving.training.shop_ranker import train_shop_ranker

    settings = settings_with(store=store, profile=profile)
    shop = Shop.open(settings, load_profile(settings.profile, settings))
    try:
        shelf, histories = StillShelf.of(shop.index), shop.index.histories()
        trained = train_shop_ranker(shelf, histories, settings.ranker, force=force, report=out.print)
    finally:
        shop.close()
    if trained.kept:
        out.print(f"Kept in {trained.folder}; it is used from the next start on", soft_wrap=True)
    else:
        out.print("Not kept: its lead is not above zero at 95 %. Items go on being ranked as before.")


@train_app.command("intents")
def train_intents(
    compare: Annotated[bool, typer.Option(help="Cross-validate the other ways to learn that were tried, too.")] = False,
    profile: ProfileOption = None,
) -> None:
    """Learn what messages want from agent/intents/utterances and keep the weights in the checkout."""
    from retrieval.embedding import SentenceEmbedder
    from serving.profiles import load_profile
    from serving.training.intents import train_intents as train

    settings = settings_with(profile=profile)
    embedder = SentenceEmbedder(load_profile(settings.profile, settings).embedding_model)
    train(embedder, lambda line: out.print(line, markup=False, soft_wrap=True), compare=compare)


def _train_demo_ranker(settings: Settings) -> None:
    from retrieval.embedding import Remembering, SentenceEmbedder
    from serving.profiles import load_profile
    from serving.training.demo_ranker import train_demo_ranker

    embedder = Remembering(SentenceEmbedder(load_profile(settings.profile, settings).embedding_model))
    trained = train_demo_ranker(settings.demo, embedder, report=out.print)
    out.print(f"Written to {trained.folder}; a new store with the demo shop begins with it", soft_wrap=True)


if __name__ == "__main__":
    main()
