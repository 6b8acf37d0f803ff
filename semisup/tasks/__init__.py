"""Tasks: what a code is good for, each scored by one file."""
