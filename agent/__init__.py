"""The conversation: understand a message, decide what to do, write reasons and prove them."""
