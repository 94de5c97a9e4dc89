"""The licence of a model that may not be used without consent to it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Licence(BaseModel):
    """Terms that must be accepted before the model is installed and used (`serving.consent`).

    ``version`` is the date of the terms, ``summary`` what they restrict, ``notice`` the line that has to go with the
    model and with what is trained on it, ``text`` the file in the package with their text. ``lock`` names the packages
    to be installed, ``variable`` the environment variable that accepts the terms where nobody can be asked.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    version: str
    url: str
    summary: str
    notice: str
    text: str
    lock: str
    variable: str
