"""Chinese messages, read through their English words: folding, numbers and limits, lexicon, the gloss."""
