"""Use-cases of long work: asking for it, running it, clearing it away."""
