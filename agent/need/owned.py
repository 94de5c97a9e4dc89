"""What somebody says to have: it is not asked for, and what is there already is taken off a wish that goes on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.need.mentions import Mention, Token

_WITHIN = 5
"""Words after 'I have a' in which what is owned is looked for."""
_CLAUSE_ENDS = frozenset({".", ";", ":", "!", "?"}) | {
    ",", "and", "but", "so", "want", "need", "for", "to", "what", "which", "that", "would"
}  # fmt: skip
_AGAIN = frozenset(
    "another second new newer better bigger smaller lighter cheaper more spare extra replace replacement upgrade "  # noqa: SIM905
    "matching for with like goes fits".split()
)
"""Words with which somebody who has one wants such a thing again, or something that goes with it."""
_WHO = frozenset({"i", "we", "he", "she", "they"})


@dataclass(frozen=True, slots=True)
class Had:
    """A kind that somebody is said to have already, and where."""

    kind: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Owned:
    """The words of a message that say what is owned: the cue from ``first`` on, what it speaks of up to ``end``."""

    tokens: Sequence[Token]
    first: int
    length: int
    end: int

    @property
    def places(self) -> range:
        """Where what is owned may be named."""
        return range(self.first + self.length, self.end)

    def had(self, kinds: Iterable[Mention]) -> list[Had]:
        """The last of the kinds, if it is there 'already' and no other such thing is wanted."""
        cue = {token.word for token in self.tokens[self.first : self.first + self.length]}
        if "already" not in cue or _AGAIN & {token.word for token in self.tokens}:
            return []
        said = self.first and self.tokens[self.first - 1].word in _WHO
        start = self.tokens[self.first - 1 if said else self.first].start
        return [Had(each.value, (start, self.tokens[each.last].end)) for each in kinds][-1:]


def owned_in(tokens: Sequence[Token], at: int, length: int) -> Owned:
    """What a cue of so many words that stands here says to be owned: 'I have a …'. The reading goes on after it."""
    end = at + length
    while end < min(at + length + _WITHIN, len(tokens)) and tokens[end].word not in _CLAUSE_ENDS:
        end += 1
    return Owned(tokens, at, length, end)
