"""Read numbers aloud from images: train a reader, search for its texts, score them, draw figures of them, serve it."""
