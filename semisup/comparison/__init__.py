"""What `compare` is made of: the cells of the grid, where they are trained, what their figures may claim, and how that
is said and shown."""
