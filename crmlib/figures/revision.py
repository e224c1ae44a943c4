"""Pictures of revising: how much of each lesson is known, and what is due in the coming days."""

from __future__ import annotations

from collections.abc import Mapping

from crmlib import course
from crmlib.figures.picture import Picture, Scene
from crmlib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PALE
from crmlib.language import percent

STATES = {"firm": GREEN, "shaky": BLUE, "weak": ORANGE, "new": PALE}


class mastery(Picture):
    """Every lesson's exam points by how well they are known."""

    size = (7.2, 3.6)

    def __init__(self, *, lessons: Mapping[str, Mapping[str, float]] | None = None):
        self.lessons = lessons or {
            lesson.stem: {"known": 0.0, **dict.fromkeys(STATES, 0), "new": len(course.points(lesson.stem))} for lesson in course.lessons()
        }
        super().__init__()

    def scene(self):
        return Scene(lessons=self.lessons)

    def draw(self) -> None:
        stems = list(self.lessons)
        most = max(sum(counts[state] for state in STATES) for counts in self.lessons.values()) or 1
        names = [f"{course.lesson(stem).number}. {course.lesson(stem).title}" for stem in stems]
        axes = self.set_up(title="mastery_title", rows=names, xlim=(0, most * 1.12))
        for row, stem in enumerate(stems):
            left = 0.0
            for state, colour in STATES.items():
                count = self.lessons[stem][state]
                if count:
                    axes.barh(row, count, left=left, height=0.62, color=colour, edgecolor="white", linewidth=0.6)
                    if state != "new":
                        ink = INK if state == "weak" else "white"
                        self.write(axes, (left + count / 2, row), f"{count:g}", size=8, colour=ink, ha="center", va="center")
                left += count
            self.write(axes, (left + most * 0.015, row), percent(self.lessons[stem]["known"]), va="center")
        handles = [axes.barh([0], [0], color=colour) for colour in STATES.values()]
        look = {"ncols": 4, "fontsize": 8, "frameon": False, "labelcolor": GREY}
        axes.legend(handles, [self.say(f"state_{state}") for state in STATES], loc="upper center", bbox_to_anchor=(0.4, 0.0), **look)

    def sentence(self, scene) -> str:
        lines = [
            self.say(
                "mastery_lesson",
                number=course.lesson(stem).number, title=course.lesson(stem).title, known=percent(counts["known"]),
                **{state: counts[state] for state in STATES},
            )
            for stem, counts in scene.lessons.items()
        ]
        return " ".join([self.say("mastery_title") + self.say("colon"), *lines])
