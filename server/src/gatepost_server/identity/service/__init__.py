"""Use-cases of people: accounts, passwords, signing in, sessions, hand-offs."""
