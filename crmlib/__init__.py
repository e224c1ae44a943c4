"""crmlib: the formulas, pictures and checks of the customer relationship management course."""

from crmlib.language import use_language

__version__ = "0.1.0"
# What revises stands at the front door, and is imported when it is asked for: `import crmlib` stays light.
_REVISION = {
    "quiz": "notebook_face",
    "exam_plan": "notebook_plan",
    "weak_spots": "notebook_spots",
    "mock_exam": "notebook_mock",
    "cheat_sheet": "documents",
    "printed_paper": "documents",
    "take_along": "documents",
}
__all__ = [*_REVISION, "use_language"]


def __getattr__(name: str):
    if name not in _REVISION:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"crmlib.revision.{_REVISION[name]}"), name)
