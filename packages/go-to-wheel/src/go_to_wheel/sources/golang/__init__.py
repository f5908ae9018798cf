"""Go itself: found and asked, its files and messages read."""
