"""The commands, one a file: each has a function of its name, which takes the command's settings and, where they are
read already, its inputs (see `inputs`)."""
