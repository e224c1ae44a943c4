"""Weak spots in the notebook: picture and table of what is known, and from every line a way to the lesson and to a quiz."""

from __future__ import annotations

import base64

from crmlib.language import message
from crmlib.revision import mastery, views
from crmlib.revision.notebook_face import Quiz, leads
from crmlib.revision.progress import Progress, mine
from crmlib.show import Html, rows

SHOWN = 10


def weak_spots(*about: object, n: int = SHOWN) -> WeakSpots:
    """What is known of every lesson, and the exam points that cost most marks, of the lessons named or of all."""
    return WeakSpots(mine(), *about, n=n)


class WeakSpots(Quiz):
    """The picture, the table, and below them the quiz that was asked for."""

    def __init__(self, progress: Progress, *about: object, n: int = SHOWN):
        from crmlib.figures.picture import SHARP
        from crmlib.figures.revision import mastery as Drawn
        from crmlib.revision.cards import select

        super().__init__(progress, waiting=True)
        wanted = {point for card in select(*about) for point in card.points}
        points = mastery.of_points(progress.memories())
        self.weakest = mastery.weakest([each for each in points if each.point in wanted], n)
        self.picture = Drawn(lessons=views.counts(points))
        self.picture.sharpness(SHARP)
        self.lessons = views.lesson_table(points)
        self.spots = {
            "picture": base64.b64encode(self.picture.png()).decode(),
            "words": self.picture.words,
            "lessons": {"caption": self.lessons.caption, "headings": self.lessons.headings, "rows": self.lessons.rows},
            "caption": message("revision.spots"),
            "headings": views.point_headings(),
            "rows": [{"cells": views.point_row(each), **leads(each.point)} for each in self.weakest],
            "note": message("revision.spots_note"),
        }

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs) or {}
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        spots = rows((views.point_row(each) for each in self.weakest), views.point_headings(), caption=message("revision.spots"))
        printed = Html(rows(self.lessons.rows, self.lessons.headings, caption=self.lessons.caption).source + spots.source)
        still = self.picture._repr_mimebundle_()
        return {**data, "text/html": printed.source, "image/png": still["image/png"], "text/plain": printed.text}
