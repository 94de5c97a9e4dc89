"""What can go wrong with a prompt.

PromptError
├── TemplateError   a template file cannot be read, or is asked for with the wrong variables
└── CaseError       a file of evaluation cases cannot be read
"""

from __future__ import annotations


class PromptError(Exception):
    """Root of this layer; the message names the file and what to change."""


class TemplateError(PromptError):
    """A template is missing, malformed, or was given other variables than it declares."""


class CaseError(PromptError):
    """A case file is missing or malformed; the message names the file and the case."""
