"""A project's own files: which there are, its README and licences, its Python package."""
