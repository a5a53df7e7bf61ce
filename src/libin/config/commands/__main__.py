"""The same command for `python -m`, which is how the supervisor starts its children."""

import sys

from libin.config.commands.main import main

if __name__ == "__main__":
    sys.exit(main())
