"""Numbers read aloud from images: how the reader is trained, what it writes, how that is scored, drawn and served."""
