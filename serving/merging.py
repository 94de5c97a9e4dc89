"""Merge a trained adapter into its base model, for vLLM to load: served unmerged it would halve the speed.

Run as ``python -m serving.merging BASE ADAPTER OUT``, so that whoever prepares a model never loads torch.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any


def merge(base_folder: Path, adapter_folder: Path, out_folder: Path) -> None:
    """Write the base with the adapter in it, as bfloat16 with tokenizer and chat template."""
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, AutoTokenizer

    # Added up in float32: in bfloat16 the small changes of an adapter would be rounded twice.
    base = AutoModelForCausalLM.from_pretrained(base_folder, dtype=torch.float32)
    model: Any = PeftModel.from_pretrained(base, str(adapter_folder))
    model.merge_and_unload().to(torch.bfloat16).save_pretrained(out_folder)
    AutoTokenizer.from_pretrained(base_folder).save_pretrained(out_folder)


if __name__ == "__main__":
    merge(*map(Path, sys.argv[1:4]))
