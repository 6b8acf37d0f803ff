"""`python -m semisup`, and the script `semisup`."""

import sys

from semisup.cli.run import main

if __name__ == "__main__":
    sys.exit(main())
