"""TOML as every room reads it: by tomli, which is compiled and takes a third of the time, or by Python's own parser where there is no tomli."""

try:
    from tomli import TOMLDecodeError, load, loads
except ImportError:  # nobody installed it, or this machine cannot load it: the same parser, not compiled
    from tomllib import TOMLDecodeError, load, loads  # type: ignore[assignment]  # two classes, one parser

__all__ = ["TOMLDecodeError", "load", "loads"]
