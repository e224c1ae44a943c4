"""Settings that the English and the Chinese class share. nbgrader reads this through en/ and zh/."""

from pathlib import Path

import nbgrader

from crmlib.places import LIBRARY

c = get_config()  # noqa: F821 - nbgrader provides it

# Student code runs in a sandbox, hidden tests in a process of their own; both of nbgrader's lists are replaced, because
# its own steps stop the class at one broken file. `crmlib grade` takes the same steps.
c.Autograde.exporter_class = "crmlib.grading.doors.entry.Exporter"
c.Autograde.sanitize_preprocessors = []
c.Autograde.autograde_preprocessors = ["crmlib.grading.doors.entry.SaveMarks", "nbgrader.preprocessors.AssignLatePenalties"]

# nbgrader's own steps, except that an answer line which the instructor has marked needs no stub beside it.
c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.InstantiateTests",
    "nbgrader.preprocessors.LockCells",
    "crmlib.grading.intake.stubs.ClearSolutions",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# Cells may come and go after grading, and a source that cannot be released leaves the released assignment where it is.
c.GenerateAssignment.exporter_class = "crmlib.grading.doors.entry.ReleaseExporter"

# The students' pages must not show what the hidden tests are (nbgrader by itself prints them in the feedback),
# and load nothing from elsewhere.
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "crmlib.grading.doors.entry.HideTests",
]
c.GenerateFeedback.exporter_class = "crmlib.grading.doors.entry.FeedbackExporter"

# Formgrader's page loads no script from elsewhere either: our folder comes first, and its MathJax macro is empty.
c.HTMLExporter.extra_template_basedirs = [
    str(LIBRARY / "grading" / "marking" / "templates"),
    str(Path(nbgrader.__file__).parent / "server_extensions" / "formgrader" / "templates"),
]

# Limits of the sandbox can be set here, for example:
# c.Sandbox.question_seconds = 60
# c.Sandbox.required = False    # grade without isolation where bubblewrap is missing; every row then says so
