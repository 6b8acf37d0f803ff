"""Graphs of nearest neighbours between codes, and what they are used for: spreading labels, choosing rows to label.

All matrices are sparse. Memory grows with the number of rows times the number of neighbours, not with rows squared.
"""
