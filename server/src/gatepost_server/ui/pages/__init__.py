"""What each page shows: values in, components out; no request, no store."""
