"""The arrays that items are kept in, one entry a row of the catalogue."""

from __future__ import annotations

from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

Flags: TypeAlias = npt.NDArray[np.bool_]
Numbers: TypeAlias = npt.NDArray[np.int32]
Floats: TypeAlias = npt.NDArray[np.float32]

S = TypeVar("S", bound=np.generic)


def grown(values: npt.NDArray[S], rows: int) -> npt.NDArray[S]:
    """A copy with so many rows; the new ones are zero."""
    longer = np.zeros(rows, values.dtype)
    longer[: len(values)] = values
    return longer
