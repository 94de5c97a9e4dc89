"""What words mean, for every part of the conversation: denials, synonyms, quantities."""
