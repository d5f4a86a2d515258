"""Third-party assets: what npm fetches, which icons are used, how static/vendor is made."""
