"""What can go wrong around the model server and at start-up.

ServingError
├── ProfileError          the profile or the settings it needs are wrong
├── ConsentMissing        nobody has accepted the licence of the profile's model
├── PreparationFailed     the model could not be unpacked or is not where it should be
├── ModelServerFailed     the model server died or did not become ready
│   └── ModelUnreachable  the remote model server does not answer
├── TooFewEvents          there is not enough behaviour to learn from
├── CrowdUnreadable       the lives of a simulated crowd are missing or wrong
├── PortInUse             another program listens where Because wants to
└── EnvironmentUnfit      the machine or the installation lacks something
    └── DiskFull          too little room for the store or the models

Each message is one line that says what is wrong and what to do.
"""

from __future__ import annotations


class ServingError(Exception):
    """Root of what `serving` raises; its message may be shown to whoever started Because."""


class ProfileError(ServingError):
    """The profile, or a setting that it needs, is missing or wrong."""


class ConsentMissing(ServingError):
    """Nobody has accepted the licence of the profile's model."""


class PreparationFailed(ServingError):
    """The model could not be unpacked, or is not where the profile says."""


class ModelServerFailed(ServingError):
    """The model server died or was not ready in time."""


class ModelUnreachable(ModelServerFailed):
    """The remote model server does not answer as it should."""


class TooFewEvents(ServingError):
    """There is not enough behaviour to learn a ranker from."""


class CrowdUnreadable(ServingError):
    """The lives that a simulated crowd leads cannot be read."""


class PortInUse(ServingError):
    """Another program listens on a port that Because needs."""


class EnvironmentUnfit(ServingError):
    """The machine or the installation lacks something that Because needs."""


class DiskFull(EnvironmentUnfit):
    """There is too little room on the disk."""
