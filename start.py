#!/usr/bin/env python3
# -*- coding: utf-8 -*-
"""Open the course, or test it. Needs nothing but Python and a network.

    python start.py               set up what is missing, then open the course in the browser
    python start.py --lang zh     the same in Chinese
    python start.py --instructor  open the class's folder with nbgrader's formgrader
    python start.py test          set up what the tests need, then run them all
    python start.py lock          (maintainers) write both requirements lock files anew

Only the standard library is used, and only syntax that Python 3.6 understands, so that an
old Python can still read this file and say what is wrong.
"""
import os
import sys

# What PYTHONPATH leads to may bear the name of a module of ours or of Python's own: it comes last.
_strangers = {os.path.abspath(path) for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path}
sys.path.sort(key=lambda path: os.path.abspath(path or ".") in _strangers)

import argparse
import ast
import errno
import hashlib
import json
import locale
import re
import shutil
import signal
import socket
import subprocess
import webbrowser

OLDEST = (3, 11)            # equal to requires-python in pyproject.toml; a test compares them
FIRST_TOO_NEW = (3, 15)
ROOT = os.path.dirname(os.path.abspath(__file__))
LOCK = "requirements.lock.txt"
TEST_LOCK = "requirements-test.lock.txt"
FIRST_PORT = 8888
SECONDS_TO_CLOSE = 15

# ---------------------------------------------------------------------------------------------
# What we say: English, Chinese
# ---------------------------------------------------------------------------------------------
MESSAGES = {
    "help_about": (
        "Opens the CRM course in your browser. The first start sets everything up.",
        "在浏览器中打开客户关系管理课程。第一次启动会自动完成安装。"),
    "help_lang": (
        "language of the course: en or zh (default: the language of your computer)",
        "课程语言：en 或 zh（默认与电脑语言一致）"),
    "help_no_browser": ("do not open a browser window", "不自动打开浏览器"),
    "help_port": (
        "network port (default: a free one)",
        "使用的端口（默认自动选择空闲端口）"),
    "help_instructor": (
        "open the class's folder with formgrader instead of the student's copy of the course",
        "打开班级文件夹和批改界面（formgrader），而不是学生的课程"),
    "help_more": (
        "python start.py test [pytest arguments] runs the tests; "
        "python start.py lock writes the lock files anew.",
        "python start.py test [pytest 参数] 运行测试；python start.py lock 重新生成锁定文件。"),
    "first_time": (
        "Setting up the course in the folder .venv. This happens once, takes one to five "
        "minutes, downloads about 200 MB and needs up to 1 GB of disk space.",
        "正在 .venv 文件夹中安装课程环境。只需安装一次，约一到五分钟，需要下载约 200 MB，占用不超过 1 GB 磁盘空间。"),
    "again": (
        "Something changed since the last start, or the last set-up was not finished: "
        "bringing the folder .venv up to date.",
        "上次启动之后有内容更新，或上次安装没有完成：正在更新 .venv 文件夹。"),
    "make_venv": ("1/3  Making a place for the course's packages …", "1/3  正在为课程的软件包建立独立环境……"),
    "keep_venv": ("1/3  The place for the course's packages is there.", "1/3  独立环境已经建好。"),
    "get_packages": ("2/3  Fetching the packages …", "2/3  正在下载并安装软件包……"),
    "slow_way": (
        "     The fast way did not work here; trying the slower one (a few minutes) …",
        "     快速方式在这台电脑上不可用，改用较慢的方式（需要几分钟）……"),
    "add_crmlib": ("3/3  Adding the course's own library …", "3/3  正在安装课程自带的代码库……"),
    "set_up": ("Set-up is complete.", "安装完成。"),
    "drawing": (
        "Drawing the tables and pictures of the lessons (once, and again after an update; some 10 seconds) …",
        "正在绘制各课的表格和图形（只在第一次和更新后需要，约十秒）……"),
    "your_copy": (
        "Your own copy of the course, with the files to hand in: {folder}",
        "你自己的课程文件夹（要交的作业也在里面）：{folder}"),
    "opening": ("Starting the course …", "正在启动课程……"),
    "open_browser": (
        "The course opens in your browser. If no window appears, copy this address into one:\n"
        "    {address}\n"
        "Leave this window open while you work. To finish, save your notebooks and press Ctrl-C here.",
        "课程将在浏览器中打开。如果没有自动打开，请把下面的网址复制到浏览器中：\n"
        "    {address}\n"
        "学习期间请不要关闭本窗口。结束时先保存，再在这里按 Ctrl-C。"),
    "open_address": (
        "The course is ready at this address:\n"
        "    {address}\n"
        "To finish, save your notebooks and press Ctrl-C here.",
        "课程已就绪，网址是：\n"
        "    {address}\n"
        "结束时先保存，再在这里按 Ctrl-C。"),
    "closing": ("\nClosing the course …", "\n正在关闭课程……"),
    "goodbye": ("Closed. See you next time!", "已关闭，下次见！"),
    "stopped": (
        "\nStopped before the set-up was complete. Run the same command again: it goes on "
        "from here.",
        "\n安装尚未完成就被中断了。再次运行同一条命令即可继续。"),
    "press_enter": ("Press Enter to close this window.", "按回车键关闭本窗口。"),

    "python_too_old": (
        "This course needs Python {oldest} or newer, but this is Python {found}.\n"
        "What to do: {hint}",
        "本课程需要 Python {oldest} 或更高版本，当前版本是 Python {found}。\n"
        "解决办法：{hint}"),
    "python_too_new": (
        "This is Python {found}. It is so new that some packages of this course do not work "
        "with it yet; Python {oldest} to {newest} do.\n"
        "What to do: {hint}",
        "当前版本是 Python {found}，过于新，课程的部分软件包还不支持；可用的版本是 Python {oldest} 到 {newest}。\n"
        "解决办法：{hint}"),
    "hint_other_python": (
        "you also have a Python that fits; run:  {command} start.py",
        "电脑上已有合适的 Python，请运行：{command} start.py"),
    "hint_get_python": (
        "install Python 3.13 beside it (from the Python website, the Microsoft Store, or "
        "your system's packages), then run:  {command} start.py",
        "另外安装 Python 3.13（Python 官网、微软商店或系统软件源均可），然后运行：{command} start.py"),
    "no_venv": (
        "This Python cannot make virtual environments: its modules venv and ensurepip are "
        "missing.\n"
        "What to do: on Debian or Ubuntu run  sudo apt install python3-venv  and start again; "
        "elsewhere install Python from the Python website.",
        "当前的 Python 缺少 venv 和 ensurepip 模块，无法建立虚拟环境。\n"
        "解决办法：Debian 或 Ubuntu 请运行 sudo apt install python3-venv 后重新启动；其他系统请从 Python 官网安装 Python。"),
    "no_network": (
        "The packages could not be downloaded: no connection to the package index.\n"
        "What to do: check your internet connection (and proxy or VPN), then run the same "
        "command again. It goes on from here. If the connection is slow or blocked, tell pip "
        "about a mirror near you; start.py uses the same one.",
        "无法下载软件包：连接不上软件包索引。\n"
        "解决办法：检查网络（以及代理或 VPN），然后再次运行同一条命令，会接着安装。如果网络较慢或受限，可以为 pip 设置国内镜像，start.py 会使用同一个镜像。"),
    "disk_full": (
        "The disk is full, so the set-up could not be finished.\n"
        "What to do: free about 2 GB, then run the same command again. It goes on from here.",
        "磁盘空间不足，安装没有完成。\n"
        "解决办法：腾出约 2 GB 空间，然后再次运行同一条命令，会接着安装。"),
    "no_write": (
        "The course may not write in its folder:\n    {folder}\n"
        "What to do: move the whole folder to a place of your own, such as Documents (a zip "
        "file must be unpacked first), and close other windows that still run this course. "
        "Then start again.",
        "没有权限在课程文件夹中写入：\n    {folder}\n"
        "解决办法：把整个文件夹移到自己的目录（例如“文档”；压缩包须先解压），并关闭仍在运行本课程的其他窗口，然后重新启动。"),
    "bad_lock": (
        "The list of packages {lock} is missing, damaged or was edited, or a download does "
        "not match it. For your safety nothing is installed from it.\n"
        "What to do: get the original file back (unpack the course again, or run  "
        "git checkout {lock}), then start again.",
        "软件包清单 {lock} 缺失、损坏或被改动过，或者下载的内容与清单不符。为安全起见，没有按它安装。\n"
        "解决办法：恢复原文件（重新解压课程，或运行 git checkout {lock}），然后重新启动。"),
    "set_up_failed": (
        "The set-up failed. The last lines were:\n{tail}\n"
        "What to do: run the same command again. If it fails once more, delete the folder "
        ".venv and try again, or send these lines to your instructor.",
        "安装失败。最后的输出是：\n{tail}\n"
        "解决办法：再次运行同一条命令。如果仍然失败，请删除 .venv 文件夹后重试，或把以上内容发给老师。"),
    "port_taken": (
        "Port {port} is already in use or not allowed; perhaps the course is open in another window.\n"
        "What to do: close that window, or run:  python start.py --port {other}",
        "端口 {port} 已被占用或不允许使用，可能课程已在另一个窗口中打开。\n"
        "解决办法：关闭那个窗口，或运行：python start.py --port {other}"),
    "port_range": (
        "{port} is not a port. What to do: choose a whole number from 1024 to 65535, or leave "
        "--port out.",
        "{port} 不是有效端口。解决办法：选择 1024 到 65535 之间的整数，或不写 --port。"),
    "jupyter_failed": (
        "Jupyter ended by itself with an error (code {code}).\n"
        "What to do: start again. If it happens once more, delete the folder .venv and try again, or send this "
        "file to your instructor:\n    {log}",
        "Jupyter 出错退出（代码 {code}）。\n"
        "解决办法：重新启动。如果再次出现，请删除 .venv 文件夹后重试，或把这个文件发给老师：\n    {log}"),
    "no_tests_here": (
        "The tests are not part of this handout. To open the course, run:  python start.py",
        "这份讲义不含测试。要打开课程，请运行：python start.py"),
    "locks_written": (
        "Written: {lock} and {test_lock}. Run  python start.py test  before you commit them.",
        "已写入 {lock} 和 {test_lock}。提交之前请运行 python start.py test。"),
}

language = "en"     # of the course; set by main()


def console_encoding():
    return getattr(sys.stdout, "encoding", None) or "ascii"


def console_shows_chinese():
    try:
        "中文，。".encode(console_encoding())
        return True
    except UnicodeEncodeError:
        return False


def text_of(key, **values):
    """The message in the learner's language; English where the console cannot show Chinese."""
    chinese = language == "zh" and console_shows_chinese()
    return MESSAGES[key][chinese].format(**values)


def say(key, **values):
    encoding = console_encoding()
    # A folder's name, or a tool's output, may hold what this console cannot show.
    text = text_of(key, **values).replace("…", "..." if encoding == "ascii" else "…")
    print(text.encode(encoding, "replace").decode(encoding))
    sys.stdout.flush()


class Trouble(Exception):
    """Something the learner can mend: a message key and its values."""

    def __init__(self, key, **values):
        super(Trouble, self).__init__(key)
        self.key = key
        self.values = values


# ---------------------------------------------------------------------------------------------
# The learner's language
# ---------------------------------------------------------------------------------------------
def is_chinese(name):
    """Is this the name of a Chinese locale, such as zh_CN.UTF-8 or Chinese_China?"""
    return bool(name) and bool(re.match(r"zh([-_.@]|$)|chinese", name.strip(), re.I))


def windows_language():
    """The language of the Windows interface, as a locale name."""
    import ctypes
    primary = ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF
    return "zh" if primary == 0x04 else "other"


def mac_language():
    """The language of macOS; a terminal's LANG often says something else."""
    answer = subprocess.check_output(["defaults", "read", "-g", "AppleLocale"],
                                     stderr=subprocess.DEVNULL)
    return answer.decode("utf-8", "replace").strip()


def detect_language():
    """zh on a Chinese computer, else en. Guessing must never stop the course."""
    name = ""
    try:
        if os.name == "nt":
            name = windows_language()
        elif sys.platform == "darwin":
            name = mac_language()
    except Exception:       # the tool is missing or locked down: ask the environment
        name = ""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        name = name or os.environ.get(variable, "")
    try:
        name = name or locale.getlocale()[0]
    except ValueError:      # a locale that Python does not know
        pass
    return "zh" if is_chinese(name) else "en"


# ---------------------------------------------------------------------------------------------
# Is this Python fit?
# ---------------------------------------------------------------------------------------------
def dotted(version):
    return ".".join(str(part) for part in version)


def python_hint():
    """Name a fitting Python that is already there, else say how to get one."""
    # 3.13 first: the newest that the whole course was tried on.
    for minor in sorted(range(OLDEST[1], FIRST_TOO_NEW[1]), key=lambda m: (m > 13, -m)):
        command = python_command(minor)
        try:
            subprocess.check_output(command + ["-c", "import ensurepip, venv"],
                                    stderr=subprocess.STDOUT, env=tool_environment())
        except (OSError, subprocess.CalledProcessError):
            continue
        return text_of("hint_other_python", command=" ".join(command))
    return text_of("hint_get_python", command=" ".join(python_command(13)))


def python_command(minor):
    return ["py", "-3.%d" % minor] if os.name == "nt" else ["python3.%d" % minor]


def check_python(version=None):
    version = tuple(version or sys.version_info)[:3]
    oldest, newest = dotted(OLDEST), "3.%d" % (FIRST_TOO_NEW[1] - 1)
    if version < OLDEST:
        raise Trouble("python_too_old", oldest=oldest, found=dotted(version),
                      hint=python_hint())
    if version[:2] >= FIRST_TOO_NEW:
        raise Trouble("python_too_new", oldest=oldest, newest=newest, found=dotted(version),
                      hint=python_hint())


# ---------------------------------------------------------------------------------------------
# Running other programs, and reading what went wrong from what they print
# ---------------------------------------------------------------------------------------------
SIGNS = (   # the first that matches wins; the order matters: a full disk breaks everything else too
    ("disk_full", r"no space left on device|errno 28\b|os error 28\b|not enough space on the disk"
                  r"|os error 112\b|disk quota exceeded|磁盘空间不足"),
    ("bad_lock", r"hash mismatch|do not match the hashes|hashes are required|require-hashes"
                 r"|couldn't parse requirement|invalid requirement|expected hashes"),
    ("no_venv", r"ensurepip is not available|no module named '?(venv|ensurepip)"),
    ("no_write", r"permission denied|access is denied|read-only file system|errno 13\b"
                 r"|winerror 5\b|winerror 32\b|os error (5|13|30|32)\b|being used by another"
                 r"|拒绝访问"),
    ("no_network", r"name resolution|newconnectionerror|connection (refused|reset|aborted|broken)"
                   r"|connecttimeout|readtimeout|timed out|proxyerror|proxy error|dns error"
                   r"|error sending request|tcp connect error|failed to fetch|network is unreachable"
                   r"|getaddrinfo|certificate_verify_failed|invalid peer certificate|sslerror"
                   r"|failed to download|http status"),
)


def sign_in(output):
    """The message that fits what a tool printed, or None."""
    for key, pattern in SIGNS:
        if re.search(pattern, output, re.I):
            return key
    return None


def disk_is_full():
    return shutil.disk_usage(ROOT).free < 20 * 1024 * 1024


def trouble_from(output, lock=LOCK):
    key = sign_in(output)
    if not key and disk_is_full():      # ensurepip, for one, fails without giving a reason
        key = "disk_full"
    if key:
        return Trouble(key, folder=ROOT, lock=lock)
    tail = [line for line in output.strip().splitlines() if line.strip()][-12:]
    return Trouble("set_up_failed", tail="\n".join("    " + line.rstrip() for line in tail))


def trouble_from_os_error(error):
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return Trouble("disk_full")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Trouble("no_write", folder=ROOT)
    return trouble_from(str(error))


def run(command, env=None):
    """Run a tool to its end. Shows only what it downloads; returns (exit code, output)."""
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    lines = []
    try:
        for raw in process.stdout:
            line = raw.decode("utf-8", "replace")
            lines.append(line)
            if re.match(r"\s*(Downloading|Using cached) ", line) and "://" not in line:
                print("       " + line.strip().encode("ascii", "ignore").decode("ascii"))
                sys.stdout.flush()
        return process.wait(), "".join(lines)
    finally:
        if process.poll() is None:      # Ctrl-C, or our own disk-full while printing
            process.terminate()
            process.wait()
        process.stdout.close()


# ---------------------------------------------------------------------------------------------
# The folder .venv
# ---------------------------------------------------------------------------------------------
def venv_folder():
    return os.path.join(ROOT, ".venv")


def venv_python():
    parts = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return os.path.join(venv_folder(), *parts)


def stamp_file():
    return os.path.join(venv_folder(), "crmlib-set-up.json")


def read_bytes(name):
    with open(os.path.join(ROOT, name), "rb") as stream:
        return stream.read()


def fingerprint(*names):
    """Changes whenever a set-up is needed: other files, another Python, a moved folder."""
    digest = hashlib.sha256()
    digest.update(("%d.%d\n%s\n" % (sys.version_info[0], sys.version_info[1], ROOT)).encode("utf-8"))
    for name in names:
        digest.update(hashlib.sha256(read_bytes(name)).digest())
    return digest.hexdigest()


def wanted_stamp(for_tests):
    """What the stamp must hold. The tests' set-up contains the students', so it fits both."""
    stamp = {"course": fingerprint("pyproject.toml", LOCK)}
    if for_tests:
        stamp["tests"] = fingerprint("pyproject.toml", LOCK, TEST_LOCK)
    return stamp


def read_stamp():
    try:
        with open(stamp_file(), encoding="utf-8") as stream:
            stamp = json.load(stream)
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(stamp):
    """Written last and in one step: an interrupted set-up never looks complete."""
    with open(stamp_file() + ".new", "w", encoding="utf-8") as stream:
        json.dump(stamp, stream)
    os.replace(stamp_file() + ".new", stamp_file())


def is_set_up(wanted):
    found = read_stamp()
    return os.path.exists(venv_python()) and all(found.get(k) == v for k, v in wanted.items())


def venv_works():
    """Is there a complete .venv of this Python version? (An interrupted one lacks pip.)"""
    if not os.path.exists(venv_python()):
        return False
    try:
        code, output = run([venv_python(), "-c", "import sys, pip; print(sys.version_info[:2])"],
                           tool_environment())
    except OSError:
        return False
    return code == 0 and str(tuple(sys.version_info[:2])) in output


def make_venv():
    """A fresh .venv in place of whatever is there."""
    # Inside a virtual environment, sys.executable may be the very file to be replaced.
    python = getattr(sys, "_base_executable", None) or sys.executable
    code, output = run([python, "-m", "venv", "--clear", venv_folder()], tool_environment())
    if code:
        raise trouble_from(output)


# ---------------------------------------------------------------------------------------------
# The packages
# ---------------------------------------------------------------------------------------------
# Settings of the user's own that would lead pip, uv, Python or Jupyter elsewhere (PIP_TARGET, PYTHONPATH,
# a disabled extension …) do not reach the course; those that say where packages come from do.
STRANGE = re.compile(r"PYTHON|PIP_|UV_|JUPYTER|IPYTHON|MPLBACKEND$|MPLCONFIGDIR$|MATPLOTLIBRC$|__PYVENV_LAUNCHER__$")
PIP_KEPT = ("index-url", "extra-index-url", "find-links", "no-index", "trusted-host", "cert", "client-cert", "proxy",
            "timeout", "default-timeout", "retries", "cache-dir", "keyring-provider")
KEPT = re.compile(r"PIP_(CONFIG_FILE|%s)$" % "|".join(name.upper().replace("-", "_") for name in PIP_KEPT)
                  + r"|UV_(DEFAULT_INDEX|INDEX(_.+)?|EXTRA_INDEX_URL|FIND_LINKS|INSECURE_HOST|CONFIG_FILE|CACHE_DIR|NO_CACHE"
                    r"|HTTP_.+|.*TIMEOUT|NATIVE_TLS|SYSTEM_CERTS|KEYRING_PROVIDER|LINK_MODE|CONCURRENT_.+)$")


def tool_environment(pip_settings=None):
    """The environment of pip, uv and Jupyter, with uv using the index that pip uses.

    With ``pip_settings``, as read_pip_settings() has them, pip's own files are not read any more.
    """
    env = {name: value for name, value in os.environ.items() if KEPT.match(name) or not STRANGE.match(name)}
    env["PYTHONUTF8"] = "1"
    env["PYTHONNOUSERSITE"] = "1"
    env["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    if pip_settings is not None:
        env["PIP_CONFIG_FILE"] = os.devnull     # "target", "user" or "prefix" would put packages elsewhere
        for name in PIP_KEPT:
            if name in pip_settings:
                env["PIP_" + name.upper().replace("-", "_")] = pip_settings[name]
    env["UV_PYTHON_DOWNLOADS"] = "never"
    if os.name == "nt":
        env.setdefault("UV_LINK_MODE", "copy")      # OneDrive folders refuse hard links
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


def read_pip_settings():
    """pip's own settings (files and environment), the nearest one winning as in pip."""
    code, output = run([venv_python(), "-m", "pip", "config", "list"], tool_environment())
    found = {}
    for section in ("global", "install", ":env:"):
        for line in output.splitlines() if code == 0 else ():
            match = re.match(re.escape(section) + r"\.([\w-]+)=(.+)$", line.strip())
            if match:
                try:
                    found[match.group(1)] = str(ast.literal_eval(match.group(2)))
                except (ValueError, SyntaxError):
                    pass
    return found


def lock_entry(name, lock):
    """One package's lines of a lock file: version and hashes."""
    text = read_bytes(lock).decode("utf-8").replace("\r\n", "\n")
    match = re.search(r"^%s==.*(\n[ \t]+.*)*" % re.escape(name), text, re.M)
    return match.group(0) + "\n" if match else None


def check_lock(lock):
    """Refuse early what is certainly no lock file: it would else read as a network error."""
    try:
        if not lock_entry("jupyterlab", lock):
            raise Trouble("bad_lock", lock=lock)
    except (IOError, UnicodeDecodeError):
        raise Trouble("bad_lock", lock=lock)


def install_uv(lock, env):
    """uv into .venv, the version and hashes of the lock. False: use pip instead."""
    entry = lock_entry("uv", lock)
    if not entry:
        return False
    wanted = os.path.join(venv_folder(), "uv.txt")
    with open(wanted, "w", encoding="utf-8") as stream:
        stream.write(entry)
    # Only a ready-made uv is wanted: building one needs a Rust compiler.
    code, output = run([venv_python(), "-m", "pip", "install", "--quiet", "--no-deps",
                        "--only-binary", ":all:", "--require-hashes", "-r", wanted], env)
    if code == 0:
        return True
    if sign_in(output):
        raise trouble_from(output, lock)
    return False


def install_packages(lock):
    """Exactly the packages of the lock; by uv, or by pip where uv does not work."""
    env = tool_environment(read_pip_settings())
    if install_uv(lock, env):
        code, output = run([venv_python(), "-m", "uv", "pip", "sync", "--python", venv_python(),
                            "--require-hashes", lock], env)
        if code == 0:
            return
        # pip may get through where uv does not (system certificates, a local index): try it.
        if sign_in(output) not in (None, "no_network"):
            raise trouble_from(output, lock)
    say("slow_way")
    code, output = run([venv_python(), "-m", "pip", "install", "--require-hashes", "-r", lock], env)
    if code:
        raise trouble_from(output, lock)


def install_crmlib():
    """crmlib itself, editable: a change in crmlib/ counts at once. Needs no network."""
    code, output = run([venv_python(), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
                        "--no-build-isolation", "--editable", ROOT], tool_environment({}))
    if code:
        raise trouble_from(output)


def set_up(for_tests=False):
    """Make .venv what the lock says. Does nothing at all when the stamp says it is so."""
    lock = TEST_LOCK if for_tests else LOCK
    check_lock(lock)
    wanted = wanted_stamp(for_tests)
    if is_set_up(wanted):
        return
    say("again" if os.path.exists(venv_folder()) else "first_time")
    if os.path.exists(stamp_file()):
        os.remove(stamp_file())
    if venv_works():
        say("keep_venv")
    else:
        say("make_venv")
        make_venv()
    say("get_packages")
    install_packages(lock)
    say("add_crmlib")
    install_crmlib()
    write_stamp(wanted)
    say("set_up")


# ---------------------------------------------------------------------------------------------
# The course in the browser
# ---------------------------------------------------------------------------------------------
def port_is_free(port):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name != "nt":     # there it would mean "share the port"; here: ignore a closing one
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError:
            return False
    return True


def free_port(after=FIRST_PORT - 1):
    for port in range(after + 1, min(after + 101, 65536)):
        if port_is_free(port):
            return port
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:    # let the system choose
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def choose_port(wanted):
    if wanted is None:
        return free_port()
    if not 1024 <= wanted <= 65535:
        raise Trouble("port_range", port=wanted)
    if not port_is_free(wanted):
        raise Trouble("port_taken", port=wanted, other=free_port(wanted))
    return wanted


def close(process):
    """End Jupyter and its kernels."""
    if os.name != "nt":
        process.send_signal(signal.SIGTERM)     # on Windows it has seen the Ctrl-C itself
    try:
        process.wait(timeout=SECONDS_TO_CLOSE)
    except subprocess.TimeoutExpired:
        if os.name == "nt":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def interrupt(number, frame):
    raise KeyboardInterrupt


def tell(text):
    """Say a sentence of the library, which speaks both languages itself."""
    encoding = console_encoding()
    print(text.encode(encoding, "replace").decode(encoding))
    sys.stdout.flush()


def course_language():
    """The language of the pages: the learner's, or the only one that this handout has."""
    there = [name for name in ("en", "zh") if os.path.isdir(os.path.join(ROOT, "notebooks", name))]
    return language if language in there or not there else there[0]


def prepare(instructor):
    """What is to be opened: the student's own copy of the course brought up to date, or the class."""
    # Only now: an old Python could not even read these files.
    from pathlib import Path

    from crmlib import my_course, opening, premade, use_language
    use_language(language if console_shows_chinese() else "en")
    root = Path(ROOT)
    pages = course_language()
    view = opening.view(pages, instructor=instructor, root=root)
    if not instructor:
        if premade.stale(pages, root):
            draw_lessons()
        for sentence in my_course.refresh(view.folder, my_course.sources(root, pages, premade.lessons(pages, root))):
            tell(sentence)
        say("your_copy", folder=str(view.folder))
    return view


def draw_lessons():
    """The lessons with their tables and pictures. Without them the course opens all the same."""
    say("drawing")
    console = "zh" if language == "zh" and console_shows_chinese() else "en"
    process = subprocess.Popen([venv_python(), "-m", "crmlib.premade", course_language(), console], cwd=ROOT,
                               env=tool_environment(), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def open_course(port, browser, instructor=False):
    # Closing the window counts as Ctrl-C.
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), interrupt)
    from crmlib import opening
    process = None
    try:
        view = prepare(instructor)
        say("opening")
        process, address = opening.start(view, python=venv_python(), port=port, base=tool_environment(), tell=tell)
        say("open_browser" if browser else "open_address", address=address)
        if browser:
            webbrowser.open(address)
        code = process.wait()
    except opening.CannotOpen as error:
        tell(str(error))
        return 1
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)    # a second Ctrl-C must not break the tidying
        try:
            say("closing")
        except OSError:         # the window is gone, and with it the place to write to
            pass
        if process:             # opening.start ends what it has begun itself
            close(process)
        code = 0
    if code:
        raise Trouble("jupyter_failed", code=code, log=str(view.settings / opening.LOG))
    say("goodbye")
    return 0


# ---------------------------------------------------------------------------------------------
# Tests, lock files
# ---------------------------------------------------------------------------------------------
def has_tests():
    return all(os.path.exists(os.path.join(ROOT, name)) for name in ("tests", TEST_LOCK))


def run_tests(arguments):
    if not has_tests():
        raise Trouble("no_tests_here")
    set_up(for_tests=True)
    process = subprocess.Popen([venv_python(), "-m", "pytest"] + arguments, cwd=ROOT,
                               env=tool_environment())
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            pass        # pytest got it too, and prints its summary before it ends


def lock_commands(upgrade):
    base = [venv_python(), "-m", "uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes",
            "--no-emit-index-url", "--no-annotate", "--custom-compile-command", "python start.py lock",
            "--extra", "start", "pyproject.toml"] + (["--upgrade"] if upgrade else [])
    return [base + ["--output-file", LOCK],
            base + ["--extra", "test", "--constraints", LOCK, "--output-file", TEST_LOCK]]


def write_locks(arguments):
    """Pins that still fit stay; --upgrade takes the newest of everything."""
    if not has_tests():
        raise Trouble("no_tests_here")
    if not venv_works():
        set_up()
    env = tool_environment(read_pip_settings())
    for command in lock_commands("--upgrade" in arguments):
        code, output = run(command, env)
        if code:
            raise trouble_from(output)
    say("locks_written", lock=LOCK, test_lock=TEST_LOCK)
    return 0


# ---------------------------------------------------------------------------------------------
def read_arguments(arguments):
    parser = argparse.ArgumentParser(prog="python start.py", description=text_of("help_about"),
                                     epilog=text_of("help_more"))
    parser.add_argument("--lang", choices=("en", "zh"), help=text_of("help_lang"))
    parser.add_argument("--no-browser", action="store_true", help=text_of("help_no_browser"))
    parser.add_argument("--port", type=int, help=text_of("help_port"))
    parser.add_argument("--instructor", action="store_true", help=text_of("help_instructor"))
    return parser.parse_args(arguments)


def start(arguments):
    global language
    options = read_arguments(arguments)
    language = options.lang or language
    check_python()
    port = choose_port(options.port)        # before the set-up: a wrong port need not wait
    set_up()
    if not port_is_free(port):              # somebody took it meanwhile
        port = choose_port(options.port)
    return open_course(port, browser=not options.no_browser, instructor=options.instructor)


def wait_for_enter():
    """A double-clicked start.py loses its window, and the message, as soon as it ends."""
    # cmd.exe sets PROMPT; from Explorer it is absent. PowerShell users press Enter once more.
    if os.name == "nt" and "PROMPT" not in os.environ and sys.stdin and sys.stdin.isatty():
        say("press_enter")
        sys.stdin.readline()


def main(arguments):
    global language
    language = detect_language()
    try:
        if arguments[:1] in (["test"], ["lock"]):
            check_python()
            return (run_tests if arguments[0] == "test" else write_locks)(arguments[1:])
        return start(arguments)
    except Trouble as trouble:
        say(trouble.key, **trouble.values)
    except OSError as error:
        found = trouble_from_os_error(error)
        say(found.key, **found.values)
    except KeyboardInterrupt:
        say("stopped")
        return 130
    wait_for_enter()
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
