"""Archives and binaries that were built already and lie on disk, as a source."""
