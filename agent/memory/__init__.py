"""What is remembered of a shopper across conversations, heard by rules and changed by its owner."""
