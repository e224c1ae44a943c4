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


def settings(config=None) -> Settings:
    """The sandbox's limits, with what nbgrader's configuration says under ``c.Sandbox``."""
    if config is None:
        return Settings()
    _check_sections(config)
    return _filled(Settings(), dict(config.get(SECTION, {})), f"c.{SECTION}")


def check_classes(config, classes) -> None:
    """Refuse a name that a class of nbgrader does not know: it would be passed over, and a late penalty with it."""
    known = {each.__name__: each for each in classes}
    for section, values in config.items():
        if section in known and hasattr(values, "keys"):
            names = known[section].class_trait_names(config=True)
            for name in values:
                if name not in names:
                    _refuse_name(f"c.{section}", str(name), names, everything=False)


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
    if hasattr(value, "get_value"):  # c.Sandbox.preload.append("scipy"), as nbgrader's own lists allow
        try:
            value = value.get_value(list(default) if isinstance(default, tuple) else default)
        except (TypeError, AttributeError):
            pass
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
