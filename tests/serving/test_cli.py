"""The command line: what it prints and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ENVIRONMENT = {**os.environ, "BECAUSE_PORT": "9", "COLUMNS": "200"}
"""No server answers on port 9, so that the store itself is used."""


def because(*arguments: str, store: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "serving.cli", *arguments, "--store", str(store)]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=120, env=ENVIRONMENT)


@pytest.mark.slow
def test_a_shop_of_ones_own_is_indexed_and_asked(tmp_path: Path) -> None:
    row = {"item_id": "a", "title": "Fell lamp", "category": "outdoor", "price": 20, "currency": "EUR",
           "description": "A lamp that folds flat."}  # fmt: skip
    feed = tmp_path / "items.jsonl"
    feed.write_text(json.dumps(row) + "\nnot a row\n")
    indexed = because("index", "--catalog", str(feed), store=tmp_path / "store")
    assert indexed.returncode == 0, indexed.stderr
    assert "items: 1 added or updated" in indexed.stdout and "rows skipped: 1" in indexed.stdout
    assert "items.jsonl, line 2: not JSON" in indexed.stderr
    asked = because("recommend", "--query", "a lamp", "--json", store=tmp_path / "store")
    assert asked.returncode == 0, asked.stderr
    result = json.loads(asked.stdout)
    assert [card["item_id"] for card in result["suggestions"]] == ["a"]
    assert result["reasons"][0]["state"] == "extractive", "no model server runs here"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("index", "--catalog", "none.jsonl"), "There is no file none.jsonl"),
        (("recommend", "--query", "a lamp"), "The index is empty; run `because index"),
        (("recommend", "--region", "x" * 61), "a region has at most 60 characters"),
        (("run", "--profile", "nonesuch"), "nonesuch"),
        (("run", "--port", "70000"), "BECAUSE_PORT"),
    ],
    ids=["missing feed", "nothing indexed", "no region", "unknown profile", "no such port"],
)
@pytest.mark.slow
def test_what_goes_wrong_is_one_line(tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    ended = because(*arguments, store=tmp_path / "store")
    assert ended.returncode == 1
    assert says in ended.stderr
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1
