"""The terminal: what is typed (`arguments`, `parser`, `config_file`), done (`run`) and printed (`report`)."""
