"""Archives of projects: what they say of themselves, read strictly and written in one way."""
