"""``python -m workload``."""

from workload.cli import main

if __name__ == "__main__":
    main()
