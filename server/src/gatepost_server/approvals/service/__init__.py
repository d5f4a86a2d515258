"""The use-cases of requests: ask, read, decide, tell."""
