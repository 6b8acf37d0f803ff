"""The command line. `arguments`, `parser` and `config_file` read it, `run` runs a command, `report` prints results."""
