"""The use-cases of sharing."""
