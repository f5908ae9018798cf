"""What sources of finished programs share: a release, and files on disk."""
