"""The registry of assertions, and what an assertion is: a pydantic model of its arguments with a ``check``."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from prompts.errors import CaseError
from prompts.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Check:
    """The verdict of one assertion on one outcome, with what was found."""

    passed: bool
    reason: str


class Assertion(BaseModel):
    """Base of all assertions; the fields are its arguments in a case file.

    ``shorthand`` names the field that a bare value stands for: ``contains: delivery`` means
    ``contains: {all: [delivery]}``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    shorthand: ClassVar[str | None] = None

    @abstractmethod
    def check(self, outcome: Outcome) -> Check:
        """Judge an outcome; the reason says what was found, for passes too."""


A = TypeVar("A", bound=type[Assertion])
_REGISTRY: dict[str, type[Assertion]] = {}


def assertion(name: str) -> Callable[[A], A]:
    """Register an assertion class under the name that case files use."""

    def register(cls: A) -> A:
        if name in _REGISTRY:
            raise CaseError(f"there are two assertions called '{name}'")
        _REGISTRY[name] = cls
        return cls

    return register


def assertion_names() -> tuple[str, ...]:
    """The names that a case file may use, sorted."""
    return tuple(sorted(_REGISTRY))


def build_assertion(name: str, arguments: Any) -> Assertion:
    """The assertion that ``name: arguments`` in a case file stands for.

    Raises:
        CaseError: no assertion has this name, or the arguments do not fit it.
    """
    cls = _REGISTRY.get(name)
    if cls is None:
        raise CaseError(f"there is no assertion '{name}'; there are {', '.join(assertion_names())}")
    if arguments is None:
        arguments = {}
    elif not isinstance(arguments, dict):
        if cls.shorthand is None:
            raise CaseError(f"{name} takes named arguments, not '{arguments}'")
        arguments = {cls.shorthand: arguments}
    try:
        return cls.model_validate(arguments)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join([name, *(str(step) for step in first["loc"])])
        raise CaseError(f"{where}: {first['msg']}") from error
