"""Where the shipped data, notebooks and templates lie: inside the installed package, or in the checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_SHIPPED = _PACKAGE / "_shipped"
_ROOT = _SHIPPED if _SHIPPED.is_dir() else _PACKAGE.parent


def catalogue_folder() -> Path:
    """The folder of the catalogue's YAML files."""
    return _ROOT / "data" / "catalogue"


def examples_folder() -> Path:
    """The folder of the example workbooks."""
    return _ROOT / "data" / "examples"


def notebooks_folder() -> Path:
    """The folder of the phase notebooks and the summary notebook."""
    return _ROOT / "notebooks"
