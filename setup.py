"""What pyproject.toml cannot say: a wheel carries the course's data, which stand outside crmlib/, as crmlib/course_data."""

import runpy
import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

PLACES = runpy.run_path("crmlib/places.py")

MISSING = "{0} is missing: build crmlib in the whole course folder. 缺少 {0}：请在完整的课程文件夹中构建 crmlib。"


class WithCourse(build_py):
    """Copies the data of ``crmlib.places.DATA``; an editable installation reads them where they are."""

    def _data(self):
        for pattern in PLACES["DATA"]:
            found = sorted(path for path in Path("course").glob(pattern) if path.is_file() and not path.name.startswith("."))
            if not found:
                raise SystemExit(MISSING.format(f"course/{pattern}"))
            for path in found:
                yield str(path), str(Path(self.build_lib, "crmlib", PLACES["PACKED"], path.relative_to("course")))

    def run(self):
        if not self.editable_mode:
            shutil.rmtree(Path(self.build_lib, "crmlib"), ignore_errors=True)  # what an earlier build left there would be in the wheel
        super().run()
        for source, target in () if self.editable_mode else self._data():
            self.mkpath(str(Path(target).parent))
            self.copy_file(source, target)

    def get_source_files(self):
        return [*super().get_source_files(), *(source for source, _ in self._data()), "crmlib/places.py"]

    def get_outputs(self, include_bytecode=True):
        return [*super().get_outputs(include_bytecode), *(target for _, target in (() if self.editable_mode else self._data()))]

    def get_output_mapping(self):
        return {**super().get_output_mapping(), **{target: source for source, target in (() if self.editable_mode else self._data())}}


setup(cmdclass={"build_py": WithCourse})
