"""Go source on disk, compiled for each target, and what is told of that."""
