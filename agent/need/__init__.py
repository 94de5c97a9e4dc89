"""A message becomes a need: the catalogue's names, limits and wishes in it, and the items it points at."""
