"""crmlib: the formulas, pictures and checks of the customer relationship management course."""

from crmlib.language import use_language

__version__ = "0.1.0"
__all__ = ["use_language"]
