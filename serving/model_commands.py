"""The commands about models: to add one that is not part of the set-up, and to train the reasons' adapter of one."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from serving.options import ProfileOption, StoreOption, out, settings_with

models_app = typer.Typer(no_args_is_help=True, help="Models that are not part of the set-up.")


@models_app.callback()
def _models() -> None:
    """Without it typer would take the only command for the group itself."""


@models_app.command("add")
def add_model(
    name: Annotated[str, typer.Argument(help="The profile that needs the model, such as cpu-multilingual.")],
    accept_licence: Annotated[bool, typer.Option("--accept-licence", help="Accept its licence unasked.")] = False,
    store: StoreOption = None,
) -> None:
    """Show the licence of a profile's model and, if you accept it, install the model."""
    from serving.adding import add_model as add
    from serving.profiles import load_profile

    settings = settings_with(store=store)
    ask = (lambda question: typer.confirm(question, default=False)) if sys.stdin.isatty() else None
    report = partial(out.print, markup=False, soft_wrap=True)
    add(load_profile(name, settings), settings, accept=accept_licence, ask=ask, report=report)


def train_reasons(
    minutes: Annotated[float, typer.Option(min=0.1, help="The longest that the training itself may take.")] = 60.0,
    seed: Annotated[int, typer.Option(help="Seed of the examples and of the training.")] = 7,
    languages: Annotated[
        str | None, typer.Option(help="Languages to learn, such as en,zh; those that the profile writes.")
    ] = None,
    tasks: Annotated[str, typer.Option(help="What to learn: reasons, answers, or reasons,answers.")] = "reasons",
    examples: Annotated[
        int | None, typer.Option(min=1, help="Examples of each task in each language; 6000, or 3000 where several.")
    ] = None,
    start_from: Annotated[
        Path | None, typer.Option(help="Folder of a kept adapter that the training begins with.")
    ] = None,
    profile: ProfileOption = None,
    store: StoreOption = None,
) -> None:
    """Train an adapter for a profile's model on made examples; it is kept in the store and not served yet."""
    from serving.training.reasons import Curriculum
    from serving.training.reasons import train_reasons as train

    settings = settings_with(store=store, profile=profile)
    report = partial(out.print, markup=False, soft_wrap=True)
    wanted = Curriculum.of(tasks, languages, each=examples)
    train(settings, wanted, minutes=minutes, seed=seed, start_from=start_from, report=report)
