"""A Go package at a version, as a source."""
