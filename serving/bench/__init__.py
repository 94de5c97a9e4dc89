"""Benchmarks: figures with the command that made them, the machine, the sample and its spread."""
