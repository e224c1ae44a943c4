"""Course root of the Chinese class: sources and released assignments stand outside of it, one tree per language."""

from pathlib import Path

c = get_config()  # noqa: F821 - nbgrader provides it
load_subconfig("../nbgrader_config.py")  # noqa: F821

# Without it the gradebook lands wherever the command or the server was started that reads these settings.
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.CourseDirectory.course_id = "crm-zh"
c.CourseDirectory.source_directory = "../../solutions/zh"
c.CourseDirectory.release_directory = "../../assignments/zh"
c.ClearSolutions.code_stub = {"python": "# 请在这里作答。\npass"}
c.ClearSolutions.text_stub = "请在这里作答，代替这一行。"
