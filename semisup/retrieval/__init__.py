"""Retrieval by binary codes: bits of a code, a hash index, and metrics of rankings."""
