"""What the tests of datasette-scan share."""
