"""Scripted conversations: what a shopper says, turn by turn, and what can be checked of each reply by machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from agent.intents.classifier import INTENTS
from agent.shop.tools_used import ToolsUsed
from serving.errors import ServingError

DIALOGUES = Path(__file__).parent / "dialogues"
KINDS = (
    "refine", "product_question", "compare", "why", "support", "orders", "coupons_stock", "memory", "handoff",
    "small_talk_and_attacks", "impossible_and_clarify", "chinese",
)  # fmt: skip

Part: TypeAlias = Literal["tune", "report"]
Language: TypeAlias = Literal["en", "zh"]
Words: TypeAlias = Annotated[tuple[str, ...], Field(min_length=1)]


class ScriptError(ServingError):
    """A script of a dialogue is not as it should be; the message names the file and the line."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Limit(_Strict):
    """Ends of a numeric attribute, in a unit of the same measure as the catalogue's."""

    unit: str
    low: float | None = None
    high: float | None = None


class Obey(_Strict):
    """What each card must keep, by the catalogue's own data. Of each list of what is wanted one is enough."""

    price_min: float | None = None
    price_max: float | None = None
    brands: tuple[str, ...] = ()
    brands_excluded: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    categories_excluded: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    kinds_excluded: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    """Words, each of which may be a part of the stated colour: 'blue' is in 'navy blue'."""
    colours_excluded: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    """Words that neither the title nor an attribute may have."""
    limits: dict[str, Limit] = Field(default_factory=dict)
    in_stock: bool = False


class Cards(_Strict):
    """``previous`` are the cards of the last turn before this one that had any."""

    none: bool = False
    at_least: int = 1
    at_most: int | None = None
    obey: Obey = Obey()
    includes: tuple[str, ...] = ()
    includes_any: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    first: str | None = None
    cheaper_than_previous: bool = False
    cheaper_than: str | None = None
    dearer_than: str | None = None
    none_of_previous: bool = False

    @model_validator(mode="after")
    def _not_both(self) -> Cards:
        if self.none and self.model_fields_set - {"none"}:
            raise ValueError("'none' stands alone: there are no cards to expect anything of")
        return self


class Message(_Strict):
    """Of the reply's text, without regard to case: all, one, or none of these words."""

    mentions: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    not_mentions: tuple[str, ...] = ()
    language: Language | None = None


class EvidenceWanted(_Strict):
    """At least one piece of evidence, of the reply or of a reason, is all of this."""

    kinds: tuple[str, ...] = ()
    source_contains: str | None = None
    text_contains: str | None = None


class TableWanted(_Strict):
    """A comparison: of these items (ids, in any order) or of so many, with rows of these names."""

    items: tuple[str, ...] | int
    rows: tuple[str, ...] = ()


class Chips(_Strict):
    """Words that some chip of what was understood has, and that none has; ``memory``: whether one is from memory."""

    labels: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    memory: bool | None = None


class Reasons(_Strict):
    """Of the reasons of the cards: the states they may be in, and that each claim cites evidence that is there."""

    states: tuple[str, ...] = ("generated", "repaired", "extractive", "none")
    cited: bool = True
    languages: Language | None = None


class ToolsWanted(_Strict):
    """Tools that the model called, and arguments that one of these calls had; only where a model has tools."""

    called: Annotated[tuple[str, ...], Field(min_length=1)]
    arguments: dict[str, Any] = Field(default_factory=dict)
    answered: bool = True

    def misses(self, used: ToolsUsed | None) -> Iterator[str]:
        if used is None:
            yield "no model had any"
            return
        if self.answered and used.state != "answered":
            yield f"the rules answered: {used.state}"
        made = [call for call in used.calls if call.ok]
        if missing := set(self.called) - {call.name for call in made}:
            yield f"{', '.join(sorted(missing))} not called, but {', '.join(call.name for call in made) or 'none'}"
        wanted = self.arguments.items()
        if not any(wanted <= call.arguments.items() for call in made if call.name in self.called):
            yield f"none was called with {self.arguments}"


class Expect(_Strict):
    """What must be true of a reply; what is not stated is not looked at."""

    intent: tuple[str, ...] = ()
    cards: Cards | None = None
    message: Message | None = None
    evidence: EvidenceWanted | None = None
    table: TableWanted | None = None
    chips: Chips | None = None
    reasons: Reasons | None = None
    tools: ToolsWanted | None = None
    asked_back: bool | None = None
    abstained: bool | None = None
    handed_over: bool | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Expect:
        if not self.model_fields_set:
            raise ValueError("expect at least one thing")
        if unknown := set(self.intent) - set(INTENTS):
            raise ValueError(f"no such intent: {', '.join(sorted(unknown))}")
        return self


class Turn(_Strict):
    says: Annotated[str, Field(min_length=1)]
    expect: Expect


class Dialogue(_Strict):
    """One conversation in a session of its own, of a guest or of a demo shopper with an empty memory."""

    name: str
    part: Part
    language: Language = "en"
    shopper: str | None = None
    turns: Annotated[tuple[Turn, ...], Field(min_length=3, max_length=12)]


class _File(_Strict):
    kind: str
    dialogues: Annotated[tuple[Dialogue, ...], Field(min_length=1)]


class Script(_Strict):
    """A dialogue with its kind, which its file states."""

    kind: str
    dialogue: Dialogue


def read_scripts(folder: Path = DIALOGUES) -> tuple[Script, ...]:
    """All dialogues of the YAML files in a folder.

    Raises:
        ScriptError: a file is not as it should be, or two dialogues have one name.
    """
    found = [script for path in sorted(folder.glob("*.yaml")) for script in _read(path)]
    if not found:
        raise ScriptError(f"There are no dialogues in {folder}; name a folder with YAML files of them.")
    if twice := [name for name, n in Counter(s.dialogue.name for s in found).items() if n > 1]:
        raise ScriptError(f"Two dialogues in {folder} are called {twice[0]}; give each a name of its own.")
    return tuple(found)


def _read(path: Path) -> tuple[Script, ...]:
    text = path.read_text(encoding="utf-8")
    try:
        file = _File.model_validate(yaml.safe_load(text))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ScriptError(f"{path}, line {line}: {error.problem}. Correct the script.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        line = _line(yaml.compose(text), first["loc"])
        raise ScriptError(f"{path}, line {line}: {place}: {first['msg']}. Correct the script.") from error
    if file.kind not in KINDS:
        raise ScriptError(f"{path}, line 1: there is no kind {file.kind!r}; use one of {', '.join(KINDS)}.")
    return tuple(Script(kind=file.kind, dialogue=dialogue) for dialogue in file.dialogues)


def _line(node: Any, place: Sequence[str | int]) -> int:
    """The line, from 1, of what stands at a place in a YAML document, or of the nearest that is there."""
    line = node.start_mark.line + 1 if node is not None else 1
    for step in place:
        if isinstance(node, yaml.MappingNode):
            inner = next((pair for pair in node.value if pair[0].value == step), None)
            if inner is None:
                return line
            line, node = inner[0].start_mark.line + 1, inner[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            return line
    return line
