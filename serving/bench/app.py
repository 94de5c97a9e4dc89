"""The command `because bench`, to which the benchmarks are added."""

from __future__ import annotations

import typer

bench_app = typer.Typer(no_args_is_help=True, help="Benchmarks; each prints its command's figures with their spread.")
