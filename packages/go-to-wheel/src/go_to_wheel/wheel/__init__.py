"""Wheels: their metadata, their plan, their bytes. Nothing here knows where a binary is from."""
