"""The version of go-to-wheel: the one place that states it."""

__version__ = "0.3.0"
