"""Every command of the office. Importing this package fills the registry."""

from importlib import import_module
from pkgutil import iter_modules


def load() -> None:
    """Import each module of this package, so that its commands are declared."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
