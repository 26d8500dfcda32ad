"""``make bench``: every measurement, or those named: ``python -m benchmarks dispatch enqueue``."""

import sys
from importlib import import_module
from pkgutil import iter_modules

import benchmarks

APART = {"__main__", "measure", "databases", "screening_model"}


def main() -> int:
    """Run the measurements one after another; the exit status is 1 when a target was missed."""
    known = [module.name for module in iter_modules(benchmarks.__path__) if module.name not in APART]
    missed = sum(int(import_module(f"benchmarks.{name}").main() or 0) for name in sys.argv[1:] or known)
    print(f"\n{missed} targets missed" if missed else "\nevery target reached")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
