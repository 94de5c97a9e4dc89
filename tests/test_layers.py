"""Who may import whom, read from the syntax trees; and what an import costs."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = ("retrieval", "prompts", "agent", "serving")
MAY_IMPORT = {
    "retrieval": {"retrieval"},
    "prompts": {"prompts"},
    "agent": {"agent", "retrieval", "prompts"},
    "serving": set(LAYERS),
}
ONE_HOME = {"chromadb": "retrieval/vectors.py", "sentence_transformers": "retrieval/embedding.py"}
LOADED_LATE = {"retrieval/packed_e5.py"}
"""A module that is one of torch's: imported where that embedding is chosen, and not before."""
ONLY_SERVING = {"gradio", "fastapi", "starlette", "uvicorn", "vllm", "sqlalchemy"}
SOURCES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))


def imported(tree: ast.AST) -> Iterator[str]:
    """The dotted names of all imports, those within functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: imports are absolute here"
            yield node.module or ""


def packages(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {name.partition(".")[0] for name in imported(tree)}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_every_layer_is_looked_at() -> None:
    assert {name_of(path).partition("/")[0] for path in SOURCES} == set(LAYERS)


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_dependencies_run_one_way(path: Path) -> None:
    layer = name_of(path).partition("/")[0]
    found = packages(path)
    assert found & set(LAYERS) <= MAY_IMPORT[layer]
    assert "tests" not in found
    if layer != "serving":
        assert not found & ONLY_SERVING
    for package, home in ONE_HOME.items():
        assert package not in found or name_of(path) == home


@pytest.mark.parametrize("package", ONE_HOME)
def test_what_has_one_home_is_at_home(package: str) -> None:
    assert package in packages(ROOT / ONE_HOME[package])


def test_there_is_no_drawer_for_everything() -> None:
    assert not [name_of(path) for path in SOURCES if path.stem in {"utils", "util", "helpers", "misc", "common"}]


def test_the_conversation_loads_no_torch_and_no_server() -> None:
    """One process that imports every module of the three lower layers."""
    modules = [
        name_of(path).removesuffix(".py").replace("/", ".")
        for path in SOURCES
        if path.stem != "__init__" and not name_of(path).startswith("serving/") and name_of(path) not in LOADED_LATE
    ]
    heavy = {
        "torch",
        "transformers",
        "sentence_transformers",
        "vllm",
        "gradio",
        "fastapi",
        "uvicorn",
        "chromadb.server",
    }
    code = f"import sys, {', '.join(modules)}; print(*sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
