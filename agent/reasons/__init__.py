"""Reasons and their proof: claims, the verifier, and what stands in for a reason that cannot be proved."""
