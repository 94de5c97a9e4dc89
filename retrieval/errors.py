"""What can go wrong below the conversation. Every message is one line that says what to do.

RetrievalError
├── FeedUnreadable     the file is not a feed we read
├── IndexMissing       nothing has been indexed in this store
├── IndexInUse         another process owns the store
├── IndexMismatch      the index was built with another embedding model
├── RankerMismatch     there is no learned ranker, or it was learned on something else
└── EmbedderUnavailable  the embedding model cannot be loaded
"""


class RetrievalError(Exception):
    """Root of this layer's errors."""


class FeedUnreadable(RetrievalError):
    """The file does not exist or is of no known format."""


class IndexMissing(RetrievalError):
    """The store holds no index."""


class IndexInUse(RetrievalError):
    """Chroma's embedded mode is for one process; another one has the store open."""


class IndexMismatch(RetrievalError):
    """The index was built with another embedding model, so its vectors cannot be compared."""


class RankerMismatch(RetrievalError):
    """There is no learned ranker, or it was learned on other items or features."""


class EmbedderUnavailable(RetrievalError):
    """The embedding model is not installed or not readable."""
