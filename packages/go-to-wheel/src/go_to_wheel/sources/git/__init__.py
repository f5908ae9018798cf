"""What git knows of a folder: its checkout, its files, its commit."""
