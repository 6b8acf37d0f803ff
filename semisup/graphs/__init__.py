"""The graph of nearest neighbours on the codes, and labels spread over it. Sparse throughout: memory grows with the
number of rows times the number of neighbours, never with its square."""
