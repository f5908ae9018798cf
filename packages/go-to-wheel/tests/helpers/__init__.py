"""What several tests share: needs of the machine, foreign programs, another user."""
