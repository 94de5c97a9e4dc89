"""A need as plain JSON values, so that a conversation may be kept and taken up again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from retrieval.need import Absence, Bound, Constraints, Need, Preference


def need_json(need: Need) -> dict[str, Any]:
    """The need; sets become sorted lists."""
    raw = asdict(need)
    constraints = raw["constraints"]
    for name, value in constraints.items():
        if isinstance(value, frozenset) and name != "without":
            constraints[name] = sorted(value)
    absences = sorted(need.constraints.without, key=lambda absence: absence.word)
    constraints["without"] = [{"word": absence.word, "stems": sorted(absence.stems)} for absence in absences]
    constraints["bounds"] = [asdict(bound) for bound in need.constraints.bounds]
    return raw | {
        "preferences": [asdict(p) for p in need.preferences],
        "notes": list(need.notes),
        "parts": list(need.parts),
    }


def need_of(raw: Mapping[str, Any]) -> Need:
    """The need that `need_json` made these values of; fields it does not know are left out."""
    stated = raw["constraints"]
    given: dict[str, Any] = {}
    for each in fields(Constraints):
        if each.name not in stated:
            continue
        value = stated[each.name]
        if each.name == "bounds":
            value = tuple(Bound(**bound) for bound in value)
        elif each.name == "without":
            value = frozenset(Absence(a["word"], frozenset(a["stems"])) for a in value)
        elif isinstance(value, list | tuple):
            value = frozenset(value)
        given[each.name] = value
    known = {each.name for each in fields(Need)}
    rest = {name: value for name, value in raw.items() if name in known and name not in {"constraints", "preferences"}}
    return Need(
        **{**rest, "notes": tuple(rest.get("notes", ())), "parts": tuple(rest.get("parts", ()))},
        constraints=Constraints(**given),
        preferences=tuple(Preference(**p) for p in raw.get("preferences", ())),
    )
