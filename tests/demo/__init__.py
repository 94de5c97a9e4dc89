"""The demo shop must be true to itself: each rule is one function over its files."""
