"""Methods: what stage two does with the labels."""
