"""What can go wrong in the conversation; each class implies what is done about it.

AgentError
├── ModelUnavailable   no answer from the model server: the reason becomes extractive
└── BudgetSpent        the turn has used its model calls or prompt tokens: the reason becomes extractive
"""


class AgentError(Exception):
    """Root of this layer's errors."""


class ModelUnavailable(AgentError):
    """The model server is down, too slow, or answered with an error."""


class BudgetSpent(AgentError):
    """One more model call would break the turn's limits."""
