"""Where rows lie: the engine that reads and writes them, and the shelf of files."""
