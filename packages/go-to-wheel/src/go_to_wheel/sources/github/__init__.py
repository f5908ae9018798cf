"""GitHub's API, and what it tells of a repository and its releases."""
