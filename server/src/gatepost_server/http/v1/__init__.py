"""`/api/v1`: JSON in snake_case, cursor paging, problems (RFC 9457)."""
