"""How uv writes the two lock files: what students get, and the same with what the tests need."""

from __future__ import annotations

from collections.abc import Callable


def write(run: Callable[[list[str]], tuple[int, str]], python: str, *, lock: str, test_lock: str, upgrade: bool) -> str:
    """Write both anew with ``run``, which gives a command's exit code and output; pins that still fit stay.

    Returns the output of the command that failed, else nothing. With ``upgrade`` the newest of everything is taken.
    """
    command = [
        python, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes",
        "--no-emit-index-url", "--no-annotate", "--custom-compile-command", "python start.py lock",
        "--extra", "start", "pyproject.toml", *(["--upgrade"] if upgrade else []),
    ]  # fmt: skip
    for more in (["--output-file", lock], ["--extra", "test", "--constraints", lock, "--output-file", test_lock]):
        code, output = run([*command, *more])
        if code:
            return output or f"uv: {code}"
    return ""
