"""Profiles: which model writes the reasons, where it comes from, and how its server is started."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from serving.errors import ProfileError
from serving.licence import Licence
from serving.processor import cpu_dtype, cpu_threads
from serving.settings import Settings

PACKAGED_EMBEDDING = "all-MiniLM-L6-v2"
FOLDER = Path(__file__).parent / "profiles"

FlagValue: TypeAlias = bool | int | float | str
SourceKind: TypeAlias = Literal["package", "hub", "folder", "remote"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a model comes from.

    ``package`` is an installed Python package with a GGUF file in it, ``hub`` a model id that vLLM fetches itself,
    ``folder`` a local folder in Hugging Face layout, ``remote`` a server that runs elsewhere. ``parts`` are packages
    that hold the file in parts, in this order; then the package itself holds the sum of the whole.
    """

    kind: SourceKind
    name: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Profile:
    """A model and its server. ``model`` is the name that requests use; ``address`` ends in ``/v1``."""

    name: str
    description: str
    server: Literal["vllm", "none"]
    model: str
    source: Source
    address: str
    port: int = 8001
    device: Literal["cpu", "cuda"] = "cpu"
    embedding_model: str = PACKAGED_EMBEDDING
    adapter: Path | None = None
    """A trained adapter to be merged into the model; reasons are then asked for by the prompt it was trained with."""
    writes: frozenset[str] = frozenset({"en"})
    """The languages that the model writes reasons in, as ISO 639-1 codes; in others the evidence speaks for itself."""
    licence: Licence | None = None
    """The terms of a model that is not installed without consent."""
    chat_template: Path | None = None
    """The chat template of a model that comes without a fitting one; written into the prepared folder."""
    entailment_model: str | None = None
    """A sentence-transformers CrossEncoder that must agree with each claim."""
    tools: bool = False
    """Whether the model can call tools (`agent.shop.toolloop`); it then answers service questions with them."""
    chooses: bool = False
    """Whether the model chooses the intent where the classifier is unsure (`agent.intents.choosing`)."""
    flags: Mapping[str, FlagValue] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)

    def command(self, model_path: Path | str) -> list[str]:
        """The model server's command line.

        Args:
            model_path: a prepared folder, or the hub id for a model that vLLM fetches itself.
        Raises:
            ProfileError: the profile starts no server.
        """
        if self.server == "none":
            raise ProfileError(f"Profile {self.name!r} starts no model server; it uses the one at {self.address}.")
        # The console script `vllm` looks up its version under the name "vllm" and fails with the CPU build.
        command = [sys.executable, "-m", "vllm.entrypoints.openai.api_server"]
        command += ["--model", str(model_path), "--served-model-name", self.model]
        command += ["--host", "127.0.0.1", "--port", str(self.port)]
        if self.device == "cpu" and "dtype" not in self.flags:
            command += ["--dtype", cpu_dtype()]
        for flag, value in self.flags.items():
            command += _flag(flag, value)
        return command

    def variables(self) -> dict[str, str]:
        """Environment variables for the model server, to be set where the user has not set them."""
        threads = {"OMP_NUM_THREADS": str(cpu_threads())} if self.device == "cpu" else {}
        return threads | dict(self.environment)


def load_profile(name_or_path: str, settings: Settings) -> Profile:
    """Read a profile by name (a file in serving/profiles) or by the path of a TOML file.

    ``settings.model_name`` names the model of a ``hub`` or ``remote`` profile, ``settings.model_url`` the address
    of a remote one; an embedded model ignores both.

    Raises:
        ProfileError: there is no such profile, its file is wrong, or a setting that it needs is missing.
    """
    file = _find(name_or_path)
    try:
        body = _ProfileBody.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as exc:
        raise ProfileError(f"{file} is not valid TOML: {exc}.") from exc
    except ValidationError as exc:
        raise ProfileError(f"{file}: {_first_problem(exc)}") from exc
    source, model = _model_of(body, settings)
    return Profile(
        name=file.stem,
        description=body.description,
        server=body.server,
        model=model,
        source=source,
        address=source.name if source.kind == "remote" else f"http://127.0.0.1:{body.port}/v1",
        port=body.port,
        device=body.device,
        embedding_model=settings.embedding_model or body.embedding_model,
        adapter=(file.parent / body.adapter).resolve() if body.adapter else None,
        writes=frozenset(body.writes),
        licence=body.licence,
        chat_template=(file.parent / body.chat_template).resolve() if body.chat_template else None,
        entailment_model=body.entailment_model,
        tools=body.tools,
        chooses=body.chooses,
        flags=body.flags,
        environment=body.environment,
    )


def profile_names() -> list[str]:
    """Names of the profiles that come with Because."""
    return sorted(file.stem for file in FOLDER.glob("*.toml"))


class _SourceBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    package: str | None = None
    hub: str | None = None
    folder: str | None = None
    parts: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _exactly_one(self) -> _SourceBody:
        if len(self.model_dump(exclude_none=True, exclude={"parts"})) != 1:
            raise ValueError("give exactly one of package, hub and folder")
        if self.parts and self.package is None:
            raise ValueError("parts need a package that holds the sum of the whole")
        return self

    @property
    def source(self) -> Source:
        if self.package is not None:
            return Source("package", self.package, self.parts)
        if self.hub is not None:
            return Source("hub", self.hub)
        return Source("folder", str(self.folder))


class _ProfileBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    description: str
    server: Literal["vllm", "none"] = "vllm"
    model: str | None = None
    source: _SourceBody | None = None
    port: int = Field(8001, ge=1, le=65535)
    device: Literal["cpu", "cuda"] = "cpu"
    embedding_model: str = PACKAGED_EMBEDDING
    adapter: str | None = None
    writes: tuple[Literal["en", "zh"], ...] = ("en",)
    licence: Licence | None = None
    chat_template: str | None = None
    entailment_model: str | None = None
    tools: bool = False
    chooses: bool = False
    flags: dict[str, FlagValue] = Field(default_factory=dict)
    environment: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fits_its_server(self) -> _ProfileBody:
        if self.server == "vllm" and self.source is None:
            raise ValueError('a profile with server = "vllm" needs a source')
        if self.server == "none" and (self.source or self.flags or self.environment):
            raise ValueError('a profile with server = "none" takes no source, flags or environment')
        if self.adapter and (self.source is None or self.source.hub):
            raise ValueError("an adapter needs a source that is a package or a folder")
        if (self.licence or self.chat_template) and not (self.source and self.source.package):
            raise ValueError("licence and chat_template are of a source that is a package")
        if taken := {"model", "served-model-name", "host", "port"} & self.flags.keys():
            raise ValueError(f"the flag {min(taken)!r} is set by Because itself")
        return self


def _find(name_or_path: str) -> Path:
    if re.fullmatch(r"[\w-]+", name_or_path):
        file = FOLDER / f"{name_or_path}.toml"
    else:
        file = Path(name_or_path).expanduser()
    if not file.is_file():
        known = ", ".join(profile_names())
        raise ProfileError(f"There is no profile {name_or_path!r}; use one of {known}, or the path of a TOML file.")
    return file


def _model_of(body: _ProfileBody, settings: Settings) -> tuple[Source, str]:
    """The model's source and the name that requests use."""
    if body.source is None:
        return Source("remote", _remote_address(settings)), _remote_model(body, settings)
    source = body.source.source
    if source.kind == "hub" and settings.model_name is not None:
        named = Path(settings.model_name).expanduser()
        source = Source("folder", str(named)) if named.is_dir() else Source("hub", settings.model_name)
        return source, named.name if source.kind == "folder" else source.name
    return source, body.model or source.name


def _remote_address(settings: Settings) -> str:
    if not settings.model_url:
        raise ProfileError("The remote profile needs BECAUSE_MODEL_URL, such as https://models.example/v1.")
    if not re.match(r"https?://[^/]", settings.model_url):
        raise ProfileError(f"BECAUSE_MODEL_URL must start with http:// or https://, not {settings.model_url!r}.")
    return settings.model_url.rstrip("/")


def _remote_model(body: _ProfileBody, settings: Settings) -> str:
    model = settings.model_name or body.model
    if not model:
        raise ProfileError("The remote profile needs BECAUSE_MODEL_NAME, the model's name on that server.")
    return model


def _flag(name: str, value: FlagValue) -> list[str]:
    """``enforce-eager = true`` -> ``--enforce-eager``; false -> ``--no-enforce-eager``."""
    if value is True:
        return [f"--{name}"]
    if value is False:
        return [f"--no-{name}"]
    return [f"--{name}", str(value)]


def _first_problem(error: ValidationError) -> str:
    problem = error.errors()[0]
    where = ".".join(str(part) for part in problem["loc"])
    message = problem["msg"].removeprefix("Value error, ")
    return f"{where}: {message}." if where else f"{message}."
