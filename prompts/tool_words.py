"""What a model is told of its tools: descriptions, arguments, and what it hears when a call goes wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from prompts.errors import TemplateError
from prompts.template import TEMPLATES

SHOP = TEMPLATES / "tools" / "shop.yaml"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ToolFile(_Strict):
    description: str
    arguments: dict[str, str] = Field(default_factory=dict)


class _WordsFile(_Strict):
    version: int = Field(ge=1)
    tools: dict[str, ToolFile]
    says: dict[str, str]


@dataclass(frozen=True, slots=True)
class ToolWords:
    """The words of a set of tools."""

    version: int
    tools: Mapping[str, ToolFile]
    _says: Mapping[str, str]
    source: Path

    def says(self, what: str, **values: str) -> str:
        """A sentence by its name, filled in.

        Raises:
            TemplateError: there is no such sentence, or it names something else than it is given.
        """
        try:
            return self._says[what].format(**values)
        except KeyError as error:
            raise TemplateError(f"{self.source}: says.{what}: {error} is missing") from error


@cache
def load_tool_words(path: Path = SHOP) -> ToolWords:
    """The words in a file, read once.

    Raises:
        TemplateError: the file cannot be read or something in it is wrong; the message names file and field.
    """
    try:
        file = _WordsFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise TemplateError(f"{path}: cannot be read: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise TemplateError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    return ToolWords(file.version, file.tools, file.says, path)
