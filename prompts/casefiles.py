"""Evaluation cases: YAML files that say what to ask and what must be true of the answer, checked when read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

import prompts.assertions
import prompts.grounding  # noqa: F401  (both imports register assertions)
from prompts.errors import CaseError, TemplateError
from prompts.outcome import ItemOutcome, Outcome, ReasonOutcome, claims_in
from prompts.registry import Assertion, build_assertion
from prompts.template import Message, Template, load

CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True, slots=True)
class Expectation:
    """One assertion of a case, with the name it was written under."""

    name: str
    assertion: Assertion


@dataclass(frozen=True, slots=True)
class _Common:
    name: str
    source: str
    expect: tuple[Expectation, ...]
    pass_rate: float
    """The share of repeats that must pass for the case to pass."""


@dataclass(frozen=True, slots=True)
class TurnCase(_Common):
    """A message to the whole assistant; ``before`` are earlier messages of the same session."""

    message: str
    shopper_id: str | None = None
    language: str | None = None
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PromptCase(_Common):
    """A template with its variables; what is judged is the model's raw text."""

    template: Template
    variables: Mapping[str, Any]

    def messages(self) -> tuple[Message, ...]:
        return self.template.render(**self.variables)


Case: TypeAlias = TurnCase | PromptCase


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = Field(min_length=1)
    expect: tuple[dict[str, Any], ...] = Field(min_length=1)
    pass_rate: float = Field(1.0, gt=0, le=1)


class _TurnFile(_Strict):
    kind: Literal["turn"]
    message: str
    shopper_id: str | None = None
    language: str | None = None
    before: tuple[str, ...] = ()


class _PromptFile(_Strict):
    kind: Literal["prompt"]
    template: str
    variables: dict[str, Any]


class _CasesFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    description: str = ""
    cases: tuple[Annotated[_TurnFile | _PromptFile, Field(discriminator="kind")], ...] = Field(min_length=1)


def case_files() -> tuple[Path, ...]:
    """The case files that come with Because, sorted."""
    return tuple(sorted(CASES.glob("*.yaml")))


def load_cases(paths: Iterable[Path] | None = None) -> tuple[Case, ...]:
    """The cases of these files, or of all that come with Because, in the order in which they are written.

    Raises:
        CaseError: a file cannot be read, breaks the schema, or two cases share a name; the message names file and case.
    """
    cases: list[Case] = []
    seen: dict[str, str] = {}
    for path in case_files() if paths is None else paths:
        for case in _read(path):
            if case.name in seen:
                raise CaseError(f"{path}: case '{case.name}': the name is taken by a case in {seen[case.name]}")
            seen[case.name] = case.source
            cases.append(case)
    return tuple(cases)


def prompt_outcome(
    case: PromptCase, text: str, *, latency_ms: float = 0.0, prompt_tokens: int = 0, model_calls: int = 1
) -> Outcome:
    """The outcome of a prompt case from the model's raw text: each sentence a claim, the variables its evidence."""
    evidence = {str(line["id"]): str(line["text"]) for line in case.variables.get("evidence", ())}
    title = str(case.variables.get("title", ""))
    item = ItemOutcome(item_id=case.name, title=title, brand=None, category="", price=0.0, in_stock=True)
    return Outcome(
        text=text,
        reasons=(ReasonOutcome(case.name, text, claims_in(text), evidence),),
        items=(item,),
        message=text,
        latency_ms=latency_ms,
        prompt_tokens=prompt_tokens,
        model_calls=model_calls,
    )


def _read(path: Path) -> tuple[Case, ...]:
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        file = _CasesFile.model_validate(raw)
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError(f"{path}: cannot be read: {error}") from error
    except yaml.YAMLError as error:
        raise CaseError(f"{path}: is no valid YAML: {error}") from error
    except ValidationError as error:
        raise CaseError(f"{path}: {_where(error, raw)}") from error
    return tuple(_case(entry, path) for entry in file.cases)


def _where(error: ValidationError, raw: Any) -> str:
    first = error.errors()[0]
    steps = [str(step) for step in first["loc"]]
    if len(steps) < 2 or steps[0] != "cases":
        return f"{'.'.join(steps) or 'the file'}: {first['msg']}"
    entry = raw["cases"][int(steps[1])]
    named = isinstance(entry, dict) and "name" in entry
    label = f"'{entry['name']}'" if named else f"number {int(steps[1]) + 1}"
    return f"case {label}: {'.'.join(steps[3:])}: {first['msg']}".replace(": :", ":")


def _case(entry: _TurnFile | _PromptFile, path: Path) -> Case:
    try:
        expect = tuple(_expectation(written) for written in entry.expect)
        if isinstance(entry, _TurnFile):
            return TurnCase(
                entry.name,
                path.name,
                expect,
                entry.pass_rate,
                message=entry.message,
                shopper_id=entry.shopper_id,
                language=entry.language,
                before=entry.before,
            )
        template = load(entry.template)
        case = PromptCase(
            entry.name, path.name, expect, entry.pass_rate, template=template, variables=dict(entry.variables)
        )
        case.messages()
    except (CaseError, TemplateError) as error:
        raise CaseError(f"{path}: case '{entry.name}': {error}") from error
    return case


def _expectation(written: dict[str, Any]) -> Expectation:
    if len(written) != 1:
        raise CaseError(f"each line under expect names one assertion, not {', '.join(written) or 'none'}")
    ((name, arguments),) = written.items()
    return Expectation(name, build_assertion(name, arguments))
