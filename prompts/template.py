"""Templates: every word a model is told, as a YAML file that is checked when it is read.

A template's system text and worked examples come first and its variable part last, so that the prompts of one
template share their beginning and a model server can reuse what it computed for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

import jinja2
import yaml
from jinja2 import meta
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from prompts.errors import TemplateError

Role: TypeAlias = Literal["system", "user", "assistant"]

TEMPLATES = Path(__file__).parent / "templates"

_CONTROL = re.compile(r"<(?=\|)|<(?=/?(?:s|bos|eos|pad|unk|start_of_turn|end_of_turn|think)>)")


@dataclass(frozen=True, slots=True)
class Message:
    """One chat message, as a chat model takes it."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Parameters:
    """How the model is to sample. None leaves a choice to the server."""

    max_tokens: int
    temperature: float
    top_p: float | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()

    def given(self) -> dict[str, Any]:
        """The parameters that are set, under the names of the OpenAI chat API."""
        values = {name: value for name, value in asdict(self).items() if value is not None and value != ()}
        if self.stop:
            values["stop"] = list(self.stop)
        return values


@dataclass(frozen=True, slots=True)
class _Part:
    """A message to be: its text, or the template of it, and the condition under which it is sent."""

    role: Role
    text: str | jinja2.Template
    when: Callable[..., Any] | None = None

    def message(self, variables: Mapping[str, Any]) -> Message:
        text = self.text if isinstance(self.text, str) else self.text.render(variables)
        return Message(self.role, text.strip())


@dataclass(frozen=True, slots=True)
class Template:
    """A versioned prompt. ``version`` goes up with every change of its words or parameters."""

    name: str
    version: int
    description: str
    variables: Mapping[str, str]
    parameters: Parameters
    source: Path
    _parts: tuple[_Part, ...]

    def render(self, **variables: Any) -> tuple[Message, ...]:
        """The chat messages for these variables, the user's last.

        Values are data: they are never read as a template, and a model's control tokens in them lose their meaning.

        Raises:
            TemplateError: a variable is missing or unknown, or a value lacks a field that the template uses.
        """
        self._check(variables)
        try:
            return tuple(p.message(variables) for p in self._parts if p.when is None or p.when(**variables))
        except jinja2.TemplateError as error:
            raise TemplateError(f"{self.source}: cannot be rendered: {error}") from error

    def _check(self, variables: Mapping[str, Any]) -> None:
        for name in self.variables:
            if name not in variables:
                raise TemplateError(f"{self.source}: the variable '{name}' is missing")
        for name in variables:
            if name not in self.variables:
                known = ", ".join(self.variables)
                raise TemplateError(f"{self.source}: has no variable '{name}'; its variables are {known}")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _ParametersFile(_Strict):
    max_tokens: int = Field(gt=0)
    temperature: float = Field(ge=0, le=2)
    top_p: float | None = Field(None, gt=0, le=1)
    frequency_penalty: float | None = Field(None, ge=-2, le=2)
    presence_penalty: float | None = Field(None, ge=-2, le=2)
    seed: int | None = None
    stop: tuple[str, ...] = ()


class _ExampleFile(_Strict):
    user: str | dict[str, Any]
    """The words themselves, or variables for the template's own user part."""
    assistant: str
    when: str | None = None
    """A Jinja condition on the variables: the example is sent only if it holds."""


class _TemplateFile(_Strict):
    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: int = Field(ge=1)
    description: str
    variables: dict[str, str]
    parameters: _ParametersFile
    system: str
    examples: tuple[_ExampleFile, ...] = ()
    user: str


def names() -> tuple[str, ...]:
    """The names of the templates that come with Because, sorted."""
    return tuple(sorted(path.stem for path in TEMPLATES.glob("*.yaml")))


@cache
def load(name: str | Path) -> Template:
    """A template by its name, or by the path of a file that a shop keeps itself. Read once, then kept.

    Raises:
        TemplateError: there is no such file, or something in it is wrong; the message names file and field.
    """
    path = name if isinstance(name, Path) else TEMPLATES / f"{name}.yaml"
    if isinstance(name, str) and name not in names():
        raise TemplateError(f"there is no template '{name}'; there are {', '.join(names())}")
    file = _read(path)
    if isinstance(name, str) and file.name != name:
        raise TemplateError(f"{path}: calls itself '{file.name}' but its file name says '{name}'")
    return _build(file, path)


def _read(path: Path) -> _TemplateFile:
    try:
        return _TemplateFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError(f"{path}: cannot be read: {error}") from error
    except yaml.YAMLError as error:
        raise TemplateError(f"{path}: is no valid YAML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(step) for step in first["loc"]) or "the file"
        raise TemplateError(f"{path}: {field}: {first['msg']}") from error


def _build(file: _TemplateFile, path: Path) -> Template:
    environment = _environment()
    try:
        system, user = environment.from_string(file.system), environment.from_string(file.user)
        used = _used(environment, file.system) | _used(environment, file.user)
        parts = [_Part("system", system)]
        for example in file.examples:
            used |= _used(environment, "{{ " + example.when + " }}") if example.when else set()
            when = environment.compile_expression(example.when, undefined_to_none=False) if example.when else None
            parts += [_Part("user", _example(example, user, path), when), _Part("assistant", example.assistant, when)]
    except jinja2.TemplateSyntaxError as error:
        raise TemplateError(f"{path}: line {error.lineno} of a text: {error.message}") from error
    for name in used ^ set(file.variables):
        problem = "is used but not declared" if name in used else "is declared but never used"
        raise TemplateError(f"{path}: the variable '{name}' {problem}")
    return Template(
        name=file.name,
        version=file.version,
        description=file.description.strip(),
        variables=dict(file.variables),
        parameters=Parameters(**file.parameters.model_dump()),
        source=path,
        _parts=(*parts, _Part("user", user)),
    )


def _example(example: _ExampleFile, user: jinja2.Template, path: Path) -> str:
    if isinstance(example.user, str):
        return example.user
    try:
        return user.render(example.user)
    except jinja2.TemplateError as error:
        raise TemplateError(f"{path}: an example's variables do not fit: {error}") from error


def _used(environment: ImmutableSandboxedEnvironment, text: str) -> set[str]:
    return meta.find_undeclared_variables(environment.parse(text))


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=jinja2.StrictUndefined, finalize=_as_data, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    environment.filters["line"] = _line
    environment.filters["sentence"] = _sentence
    return environment


def _as_data(value: Any) -> Any:
    """Text from outside must not end the message it stands in: ``<|im_end|>`` becomes ``‹|im_end|>``."""
    return _CONTROL.sub("‹", value) if isinstance(value, str) else value


def _line(value: str) -> str:
    """A value on one line, so that a review cannot look like a further line of the prompt."""
    return " ".join(value.split())


def _sentence(value: str) -> str:
    """The first sentence of a value, without its full stop, so that it can stand in a sentence of the prompt's own."""
    return re.split(r"(?<=[.!?])\s+(?=[\"“‘A-Z0-9])", _line(value), maxsplit=1)[0].rstrip(".")
