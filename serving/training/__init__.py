"""The reason model's training: shops made up from vocabularies, examples with proved targets, and the fine-tune."""
