"""What of the user's own settings counts for pip, uv, Jupyter and the tests: where packages come from, and nothing that leads them elsewhere.

A ``target`` in somebody's ``uv.toml`` or ``pip.conf`` would put the course's packages into another folder and report success.
"""

from __future__ import annotations

import ast
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

from crmlib import toml, whole

# PIP_TARGET, PYTHONPATH, a disabled extension … do not reach the course; what says where packages come from does.
_STRANGE = re.compile(r"PYTHON|PIP_|UV_|JUPYTER|IPYTHON|MPLBACKEND$|MPLCONFIGDIR$|MATPLOTLIBRC$|__PYVENV_LAUNCHER__$")
_PIP = (
    "index-url", "extra-index-url", "find-links", "no-index", "trusted-host", "cert", "client-cert", "proxy",
    "timeout", "default-timeout", "retries", "cache-dir", "keyring-provider",
)  # fmt: skip
_KEPT = re.compile(
    rf"PIP_(CONFIG_FILE|{'|'.join(name.upper().replace('-', '_') for name in _PIP)})$"
    r"|UV_(DEFAULT_INDEX|INDEX(_.+)?|EXTRA_INDEX_URL|FIND_LINKS|INSECURE_HOST|CONFIG_FILE|CACHE_DIR|NO_CACHE"
    r"|HTTP_.+|.*TIMEOUT|NATIVE_TLS|SYSTEM_CERTS|KEYRING_PROVIDER|LINK_MODE|CONCURRENT_.+)$"
)
_UV_PIP = ("index-url", "extra-index-url", "find-links", "no-index", "index-strategy", "keyring-provider", "link-mode")
_UV = (*_UV_PIP, "index", "allow-insecure-host", "native-tls", "system-certs", "http-proxy", "https-proxy", "no-proxy", "cache-dir", "no-cache")


def environment(pip_settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of pip, uv and Jupyter, with uv using the index that pip uses.

    With ``pip_settings``, as ``pip_settings()`` reads them, pip's own files are not read any more.
    """
    env = {name: value for name, value in os.environ.items() if _KEPT.match(name) or not _STRANGE.match(name)}
    env["PYTHONUTF8"] = "1"
    env["PYTHONNOUSERSITE"] = "1"
    env["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    if pip_settings is not None:
        env["PIP_CONFIG_FILE"] = os.devnull  # "target", "user" or "prefix" would put packages elsewhere
        for name in _PIP:
            if name in pip_settings:
                env["PIP_" + name.upper().replace("-", "_")] = pip_settings[name]
    env["UV_PYTHON_DOWNLOADS"] = "never"
    if os.name == "nt":
        env.setdefault("UV_LINK_MODE", "copy")  # OneDrive folders refuse hard links
    settings = pip_settings or {}
    if settings.get("index-url") and not (env.get("UV_DEFAULT_INDEX") or env.get("UV_INDEX_URL")):
        env["UV_DEFAULT_INDEX"] = settings["index-url"]
    if settings.get("trusted-host"):
        env.setdefault("UV_INSECURE_HOST", settings["trusted-host"])
    if settings.get("cert"):
        env.setdefault("SSL_CERT_FILE", settings["cert"])
    if settings.get("proxy"):
        for name in ("HTTP_PROXY", "HTTPS_PROXY"):
            if not env.get(name) and not env.get(name.lower()):
                env[name] = settings["proxy"]
    return env


def pip_settings(listed: str) -> dict[str, str]:
    """What ``pip config list`` says of pip's files and environment, the nearest one winning as in pip."""
    found = {}
    for section in ("global", "install", ":env:"):
        for line in listed.splitlines():
            match = re.match(re.escape(section) + r"\.([\w-]+)=(.+)$", line.strip())
            if match:
                try:
                    found[match[1]] = str(ast.literal_eval(match[2]))
                except (ValueError, SyntaxError):
                    pass
    return found


def for_uv(base: Mapping[str, str], folder: str | Path) -> dict[str, str]:
    """The environment of uv, which then reads of its settings only what counts, written into ``folder``."""
    file = Path(folder) / "uv.toml"
    whole.write(file, "".join(f"{name} = {_toml(value)}\n" for name, value in uv_settings(base).items()))
    return {**base, "UV_CONFIG_FILE": str(file)}


def uv_settings(environ: Mapping[str, str], *, windows: bool = os.name == "nt") -> dict:
    """What counts of uv's files; one that cannot be read counts for nothing."""
    found: dict = {}
    for file in uv_files(environ, windows=windows):
        try:
            values = toml.read(file)
        except (OSError, ValueError):
            continue
        found |= {name: values[name] for name in _UV if name in values}
        pip = values.get("pip")
        if isinstance(pip, dict):
            found["pip"] = found.get("pip", {}) | {name: pip[name] for name in _UV_PIP if name in pip}
    return found


def uv_files(environ: Mapping[str, str], *, windows: bool = os.name == "nt") -> list[Path]:
    """Where uv looks for settings, those that win last: a named file alone, else the system's and the user's."""
    if environ.get("UV_CONFIG_FILE"):
        return [Path(environ["UV_CONFIG_FILE"])]
    if windows:
        folders = [environ.get("PROGRAMDATA"), environ.get("APPDATA")]
    else:
        system = [*filter(None, environ.get("XDG_CONFIG_DIRS", "").split(os.pathsep)), "/etc"]
        folders = [*reversed(system), environ.get("XDG_CONFIG_HOME") or os.path.join(environ.get("HOME") or os.path.expanduser("~"), ".config")]
    return [Path(folder) / "uv" / "uv.toml" for folder in folders if folder]


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(name)} = {_toml(each)}" for name, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False, default=str)
