"""The parts of `compare`: the cells of the grid, the processes that train them, the verdict, and how it is shown."""
