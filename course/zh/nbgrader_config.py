"""Course root of the Chinese class: sources and released assignments stand outside of it, one tree per language."""

c = get_config()  # noqa: F821 - nbgrader provides it
load_subconfig("../nbgrader_config.py")  # noqa: F821

c.CourseDirectory.course_id = "crm-zh"
c.CourseDirectory.source_directory = "../../solutions/zh"
c.CourseDirectory.release_directory = "../../assignments/zh"
c.ClearSolutions.code_stub = {"python": "# 请在这里作答。\npass"}
