"""Retrieval by binary codes: bits for a code, a hash index of them, and how good a ranking is."""
