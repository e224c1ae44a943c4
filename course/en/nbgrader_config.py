"""Course root of the English class: sources and released assignments stand outside of it, one tree per language."""

from pathlib import Path

c = get_config()  # noqa: F821 - nbgrader provides it
load_subconfig("../nbgrader_config.py")  # noqa: F821

# Without it the gradebook lands wherever the command or the server was started that reads these settings.
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.CourseDirectory.course_id = "crm-en"
c.CourseDirectory.source_directory = "../../solutions/en"
c.CourseDirectory.release_directory = "../../assignments/en"
c.ClearSolutions.code_stub = {"python": "# Write your answer here.\npass"}
c.ClearSolutions.text_stub = "Write your answer here, in place of this line."
