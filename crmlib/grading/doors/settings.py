"""The class's own settings, looked at before anything is graded: a wrong one is named with what is allowed."""

from __future__ import annotations

import dataclasses
import difflib
import math

from crmlib.grading.processes.settings import Settings
from crmlib.grading.record.trouble import SettingsTrouble
from crmlib.grading.wire.codec import Limits
from crmlib.language import listing, message

SECTION = "Sandbox"
# Below these nothing honest could be graded: whoever writes memory_bytes = 512 means megabytes.
_LEAST = {
    "question_seconds": 0.1, "question_cpu_seconds": 0.1, "submission_seconds": 1, "submission_cpu_seconds": 1, "call_seconds": 0.01,
    "memory_bytes": 200_000_000, "processes": 1, "open_files": 32, "file_bytes": 1_000, "scratch_bytes": 100_000, "scratch_files": 20,
    "output_bytes": 1_000, "flood_bytes": 10_000, "frame_bytes": 100_000, "seed": 0,
}  # fmt: skip
_MOST = {"seed": 2**32 - 1, "processes": 10_000, "open_files": 1_000_000} | dict.fromkeys(
    ("question_seconds", "question_cpu_seconds", "submission_seconds", "submission_cpu_seconds", "call_seconds"), 7 * 24 * 3600
)
_STRUCTURE = "{nbgrader_step}/{student_id}/{assignment_id}"  # where work is looked for, and where marks and pages go
_ALLOWED = {"db_url": '"sqlite:////…/gradebook.db"', "code_stub": '{"python": "…"}'}


def settings(config=None) -> Settings:
    """The sandbox's limits, with what nbgrader's configuration says under ``c.Sandbox``."""
    if config is None:
        return Settings()
    _check_sections(config)
    return _filled(Settings(), dict(config.get(SECTION, {})), f"c.{SECTION}")


def check_classes(config, classes) -> None:
    """Refuse a name that a class of nbgrader does not know, and a value that it cannot take: it would be passed over, or stop a later command."""
    known = {each.__name__: each for each in classes}
    for section, values in config.items():
        if section not in known:
            _check_spelling(str(section), known)
            continue
        traits = known[section].class_traits(config=True)
        for name, value in values.items():
            if name not in traits:
                _refuse_name(f"c.{section}", str(name), list(traits), everything=False)
            _check_value(f"c.{section}.{name}", traits[name], value)


def known_classes() -> list[type]:
    """The classes that settings of a course can name: nbgrader's steps and plug-ins, and what writes its pages."""
    import nbconvert.exporters
    import nbconvert.preprocessors
    import nbgrader.apps
    import nbgrader.auth
    import nbgrader.converters
    import nbgrader.exchange
    import nbgrader.plugins
    import nbgrader.preprocessors
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Configurable

    ours = (nbgrader.apps, nbgrader.auth, nbgrader.converters, nbgrader.exchange, nbgrader.plugins, nbgrader.preprocessors)
    modules = (nbconvert.exporters, nbconvert.preprocessors, *ours)
    found = {name: each for module in modules for name, each in vars(module).items() if isinstance(each, type) and issubclass(each, Configurable)}
    return [CourseDirectory, *found.values()]


def _check_spelling(section: str, known) -> None:
    """A group that nobody knows may belong to somebody's own plug-in; one that is nearly one of ours is a slip."""
    if section == SECTION:
        return
    names = {name.casefold(): name for name in [SECTION, *known]}
    near = difflib.get_close_matches(section.casefold(), names, n=1, cutoff=0.85)
    if near:
        raise SettingsTrouble(message("settings.unknown_section", received=f"c.{section}", guess=f"c.{names[near[0]]}"))


def _check_value(where: str, trait, value) -> None:
    """As the class itself would take it, but before anybody's work is touched; what is named must be there to import."""
    from traitlets import HasTraits, TraitError
    from traitlets.utils.importstring import import_item

    name = where.rpartition(".")[2]
    values = getattr(trait, "values", None)
    allowed = _ALLOWED.get(name) or (" / ".join(map(repr, values)) if values else "") or message("settings.as_default", default=repr(trait.default())[:80])
    try:
        value = value.get_value(trait.default()) if hasattr(value, "get_value") else value
        if not name.endswith("_class"):  # a class is looked at below
            trait._validate(HasTraits(), value)
    except (TraitError, ImportError, AttributeError, TypeError, ValueError) as error:
        raise _wrong(where, value, allowed) from error
    if name.endswith("preprocessors") or name.endswith("_class"):
        for each in value if isinstance(value, (list, tuple)) else [value]:
            try:
                each = import_item(each) if isinstance(each, str) else each
            except Exception as error:  # whatever happens in a module of somebody's own
                raise _wrong(where, each, message("settings.a_class")) from error
            if not callable(each):
                raise _wrong(where, each, message("settings.a_class"))
    if name == "code_stub" and not all(isinstance(part, str) for pair in value.items() for part in pair):
        raise _wrong(where, value, allowed)
    if name == "directory_structure" and value.replace("\\", "/") != _STRUCTURE:
        raise _wrong(where, value, _STRUCTURE)
    if name == "db_url" and "://" not in value:
        raise _wrong(where, value, allowed)


def _check_sections(config) -> None:
    for name in config:
        if name != SECTION and difflib.get_close_matches(str(name).casefold(), [SECTION.casefold(), "sandboxes"], cutoff=0.8):
            raise SettingsTrouble(message("settings.unknown_section", received=f"c.{name}", guess=f"c.{SECTION}"))


def _filled(defaults, given: dict, where: str):
    """A copy of the defaults with the given values, each of its kind and within its range."""
    fields = {field.name: (getattr(defaults, field.name), field.type in ("float", float)) for field in dataclasses.fields(defaults)}
    values = {}
    for name, value in given.items():
        if name not in fields:
            _refuse_name(where, str(name), list(fields))
        values[name] = _value(*fields[name], value, f"{where}.{name}", name)
    return dataclasses.replace(defaults, **values)


def _value(default, fraction: bool, value, where: str, name: str):
    lazy = value
    if hasattr(lazy, "get_value"):  # c.Sandbox.preload.append("scipy"), as nbgrader's own lists allow
        try:
            value = lazy.get_value(list(default) if isinstance(default, tuple) else default)
        except (TypeError, AttributeError):
            pass
        # c.Sandbox.data.nodes = 3 leaves "nodes" on an object that stands for c.Sandbox.data
        value = {part: given for part, given in vars(lazy).items() if not part.startswith("_")} or value
    if isinstance(default, Limits):
        if isinstance(value, Limits):
            return value
        if isinstance(value, dict):
            return _filled(default, dict(value), where)
        raise _wrong(where, value, message("settings.a_table"))
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise _wrong(where, value, "True / False")
        return value
    if isinstance(default, tuple):
        if not isinstance(value, (list, tuple)) or not all(isinstance(each, str) and each for each in value):
            raise _wrong(where, value, message("settings.a_list"))
        if any(each.startswith(("/", "~")) or ".." in each for each in value):
            raise _wrong(where, value, message("settings.a_list"))
        return tuple(value)
    return _number(not fraction, value, where, _LEAST.get(name, 1), _MOST.get(name, 10**13))


def _number(whole: bool, value, where: str, least, most):
    allowed = message("settings.a_whole_number" if whole else "settings.a_number", least=f"{least:,}", most=f"{most:,}")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _wrong(where, value, allowed)
    if not math.isfinite(value) or not least <= value <= most or (whole and value != int(value)):
        raise _wrong(where, value, allowed)
    return int(value) if whole else value


def _wrong(where: str, value: object, allowed: str) -> SettingsTrouble:
    return SettingsTrouble(message("settings.wrong", name=where, received=repr(value)[:60], allowed=allowed))


def _refuse_name(where: str, name: str, known, *, everything: bool = True) -> None:
    near = difflib.get_close_matches(name.casefold(), known, n=1, cutoff=0.6)
    guess = message("settings.did_you_mean", name=f"{where}.{near[0]}") if near else ""
    names = message("settings.known", names=listing(sorted(known))) if everything or not near else ""
    raise SettingsTrouble(message("settings.unknown", name=f"{where}.{name}", more=f"{guess}{names}"))
