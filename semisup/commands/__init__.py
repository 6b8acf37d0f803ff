"""The commands, one per file. Each file has a function with the name of its command.

It takes the settings of the command and, if they have been read already, its inputs (see `inputs`).
"""
