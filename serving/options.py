"""What commands share: their options, where they print, and the settings with what was given on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console

from retrieval.regions import checked
from serving.errors import EnvironmentUnfit
from serving.settings import Settings

out, err = Console(highlight=False), Console(stderr=True, highlight=False)

StoreOption = Annotated[Path | None, typer.Option("--store", help="Store folder, instead of BECAUSE_STORE.")]
ProfileOption = Annotated[
    str | None, typer.Option("--profile", help="cpu, cpu-multilingual, gpu, remote, or a TOML file.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="All figures as JSON, and nothing else.")]
WriteOption = Annotated[Path | None, typer.Option(help="Page whose figures are replaced, such as docs/reasons.md.")]


def console(as_json: bool) -> Console:
    """Where a command prints while it works: with ``--json`` the figures have the output to themselves."""
    return err if as_json else out


def figures(values: object, as_json: bool) -> None:
    """Print a command's figures as JSON, if they were asked for so."""
    if as_json:
        out.print_json(json.dumps(values, ensure_ascii=False))


def _region(named: str) -> str:
    try:
        return checked(named)
    except ValueError as error:
        raise EnvironmentUnfit(f"--region cannot be used: {error}; name it as the events do.") from error


RegionOption = Annotated[str, typer.Option(help="Where the shopper is, as the events name it.", callback=_region)]


def settings_with(**given: Any) -> Settings:
    """The settings, with what was given on the command line on top.

    Raises:
        EnvironmentUnfit: a value cannot be used.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        problem = error.errors()[0]
        name = str(problem["loc"][0])
        wrong = f"{name} is {problem['input']!r}: {problem['msg']}"
        raise EnvironmentUnfit(f"{wrong}. Correct BECAUSE_{name.upper()} or the option --{name}.") from error
