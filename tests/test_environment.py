"""pyproject.toml is the source; the lock files, environment.yml, start.py and the package list follow it."""
import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from setuptools import PackageFinder

from tests.support.catalogue import every

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = {"requirements.lock.txt": ("start",), "requirements-test.lock.txt": ("start", "test")}
MEND = "run `python start.py lock`"
# Every kind of computer that students have; a pin that none of them gets would be no pin.
MACHINES = [
    {"python_version": f"3.{minor}", "python_full_version": f"3.{minor}.9", "sys_platform": platform,
     "os_name": "nt" if platform == "win32" else "posix", "platform_machine": machine,
     "platform_system": {"win32": "Windows", "darwin": "Darwin", "linux": "Linux"}[platform],
     "implementation_name": "cpython", "platform_python_implementation": "CPython"}
    for minor in range(11, 15)
    for platform, machine in [("win32", "AMD64"), ("darwin", "arm64"), ("darwin", "x86_64"), ("linux", "x86_64")]
]


def entries(text):
    """The requirements of a lock file, each with its hashes."""
    joined = re.sub(r"\\\n\s*", " ", text)
    for line in joined.splitlines():
        if line.strip() and not line.startswith("#"):
            requirement, *hashes = line.split(" --hash=")
            yield Requirement(requirement.strip()), [h.strip() for h in hashes]


def read_lock(name):
    return list(entries((ROOT / name).read_text(encoding="utf-8")))


def pinned(lock, name, machine):
    return [str(r.specifier).removeprefix("==") for r, _ in lock
            if canonicalize_name(r.name) == canonicalize_name(name)
            and (r.marker is None or r.marker.evaluate(machine))]


def asked_for(extras):
    lines = list(PROJECT["project"]["dependencies"])
    for extra in extras:
        lines += PROJECT["project"]["optional-dependencies"][extra]
    return [Requirement(line) for line in lines]


def differences(lock, requirements):
    """What a lock would install that pyproject.toml does not allow, in words."""
    found = []
    for wanted in requirements:
        for machine in MACHINES:
            if wanted.marker is not None and not wanted.marker.evaluate(machine):
                continue
            versions = pinned(lock, wanted.name, machine)
            place = f"Python {machine['python_version']} on {machine['platform_system']}"
            if len(versions) != 1:
                found.append(f"{wanted.name} is pinned {len(versions)} times for {place}")
            elif not wanted.specifier.contains(versions[0], prereleases=True):
                found.append(f"{wanted.name} {versions[0]} is outside {wanted.specifier} for {place}")
    return sorted(set(found))


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_every_dependency_inside_its_range(name):
    assert not differences(read_lock(name), asked_for(LOCKS[name])), MEND


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_honours_the_constraints_on_indirect_dependencies(name):
    lock = read_lock(name)
    constraints = [Requirement(line) for line in PROJECT["tool"]["uv"]["constraint-dependencies"]]
    assert constraints and not differences(lock, constraints), MEND


def test_a_missing_or_outdated_pin_is_noticed():
    wanted = [Requirement("numpy>=2,<3")]
    assert not differences(list(entries("numpy==2.4.6 --hash=sha256:0")), wanted)
    assert "outside" in differences(list(entries("numpy==1.26 --hash=sha256:0")), wanted)[0]
    assert "0 times" in differences(list(entries("pandas==3.0 --hash=sha256:0")), wanted)[0]
    halves = "numpy==2.4.6 ; python_full_version < '3.12' --hash=sha256:0"
    assert "3.12" in " ".join(differences(list(entries(halves)), wanted))


def test_the_tests_run_on_exactly_the_versions_that_students_have():
    course, tests = read_lock("requirements.lock.txt"), read_lock("requirements-test.lock.txt")
    assert len(course) > 50

    def plain(lock):
        return {(r.name, str(r.specifier), str(r.marker)): sorted(hashes) for r, hashes in lock}

    tested = plain(tests)
    # What a test package needs everywhere stands in its lock without the course's marker: the same version, on more systems.
    everywhere = {(name, version): hashes for (name, version, marker), hashes in tested.items() if marker == "None"}
    missing = {key for key, value in plain(course).items() if tested.get(key, everywhere.get(key[:2])) != value}
    assert not missing, MEND


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_of_a_lock_is_an_exact_version_with_hashes(name):
    for requirement, hashes in read_lock(name):
        assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), requirement
        assert requirement.url is None
        assert hashes and all(re.fullmatch(r"sha256:[0-9a-f]{64}", h) for h in hashes), requirement


@every("name", [*LOCKS, "environment.yml", "start.py", "pyproject.toml"])
def test_no_registry_and_no_machine_is_named(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    # The course's own address is this machine's loopback; everything else with "://" is somewhere.
    assert not re.search(r"https?://|file://|index-url[ =]\S*/|find-links[ =]|/home/|/root/|/Users/", text)


def test_every_room_of_the_library_is_installed_and_nothing_beside_it():
    wanted = PROJECT["tool"]["setuptools"]["packages"]["find"]
    found = PackageFinder.find(str(ROOT), include=wanted["include"])
    assert sorted(found) == sorted(".".join(path.parent.relative_to(ROOT).parts) for path in ROOT.glob("crmlib/**/__init__.py"))
    assert not [path for path in ROOT.glob("crmlib/**/*.py") if not (path.parent / "__init__.py").exists()], "a room without __init__.py is not installed"


def test_start_py_accepts_the_pythons_that_pyproject_accepts():
    spec = importlib.util.spec_from_file_location("start_of_the_course", ROOT / "start.py")
    start = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(start)
    accepted = SpecifierSet(PROJECT["project"]["requires-python"])
    for minor in range(6, 20):
        fits = start.OLDEST <= (3, minor) < start.FIRST_TOO_NEW
        assert accepted.contains(f"3.{minor}.0") == fits, f"3.{minor}"


def test_the_installed_crmlib_command_has_its_function():
    module, function = PROJECT["project"]["scripts"]["crmlib"].split(":")
    code = f"import {module} as m, sys; sys.exit(not callable(m.{function}))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


# --- conda ------------------------------------------------------------------------------------
def conda_environment():
    return yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


def conda_specs():
    from rattler import MatchSpec

    return {spec.name.normalized: spec for spec in
            (MatchSpec(line) for line in conda_environment()["dependencies"] if isinstance(line, str))}


def bounds(text):
    return sorted(part for part in text.split(",") if part)


# What pip brings with `-e .`, because conda-forge may not have it.
FROM_PIP = {"fsrs", "genanki", "rensa"}


def test_conda_gets_the_same_packages_and_ranges_as_pip():
    specs = conda_specs()
    conda = {name: bounds(str(spec.version)) for name, spec in specs.items() if name not in ("python", "pip")}
    pip = {canonicalize_name(r.name): bounds(str(r.specifier)) for r in asked_for([]) if canonicalize_name(r.name) not in FROM_PIP}
    assert conda == pip, "copy the dependencies of pyproject.toml to environment.yml"


def test_conda_gets_crmlib_from_this_folder_and_nothing_else_from_pip():
    nested = [line for line in conda_environment()["dependencies"] if not isinstance(line, str)]
    assert nested == [{"pip": ["-e ."]}]
    assert "pip" in conda_specs()


def test_conda_uses_conda_forge_alone():
    assert conda_environment()["channels"] == ["conda-forge", "nodefaults"]


def test_conda_names_one_python_in_the_only_form_that_binder_reads():
    lines = [line for line in conda_environment()["dependencies"] if re.match(r"python\b(?!-)", str(line))]
    assert len(lines) == 1 and re.fullmatch(r"python=3\.\d+", lines[0])
    accepted = SpecifierSet(PROJECT["project"]["requires-python"])
    assert accepted.contains(lines[0].removeprefix("python=") + ".0")
