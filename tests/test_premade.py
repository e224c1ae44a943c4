"""Lessons with outputs: complete, without anything that needs a kernel, and known to be fresh."""

import html
import json
import re
import shutil

import pytest

from crmlib import premade, use_language
from crmlib.course import ROOT, CourseError
from crmlib.language import LANGUAGES


def notebook(path, *sources):
    cells = [{"cell_type": "code", "id": f"c{n}", "metadata": {}, "source": source, "outputs": [], "execution_count": None} for n, source in enumerate(sources)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": cells, "metadata": {"crmlib": {}}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    return path


def outputs(made):
    return [cell.get("outputs", []) for cell in json.loads(made)["cells"]]


def pages(made):
    return ["".join(output.get("data", {}).get("text/html", "")) for cell in outputs(made) for output in cell]


def test_tables_words_and_the_first_picture_of_an_explorer_are_there_and_nothing_that_needs_a_kernel(tmp_path):
    path = notebook(
        tmp_path / "notebooks" / "zh" / "09.ipynb",
        "from crmlib import show, use_language\nfrom crmlib.explorers import loyalty_economics as explore\nuse_language('zh')",
        "show.exam_points('09-loyalty-economics')",
        "print('said'); explore.mailing_duel()",
        "from IPython.display import display\ndisplay(1); x = 2",
    )
    made = premade.with_outputs(path, tmp_path)
    none, table, picture, shown = outputs(made)
    assert none == [] and "<table" in table[0]["data"]["text/html"]
    assert picture[0] == {"output_type": "stream", "name": "stdout", "text": "said\n"}
    shown_words, width = re.fullmatch(r'<img src="data:image/png;base64,[^"]+" alt="([^"]+)" width="(\d+)"[^>]*>', picture[1]["data"]["text/html"]).groups()
    assert set(picture[1]["data"]) == {"text/html", "text/plain"} and 600 < int(width) < 1000
    assert html.unescape(shown_words) == picture[1]["data"]["text/plain"] and len(shown_words) > 20, "what a screen reader says"
    assert [output["data"]["text/plain"] for output in shown] == ["1"]
    assert b"widget-view" not in made and made == premade.with_outputs(path, tmp_path), "the same bytes every time"
    import nbformat

    nbformat.validate(nbformat.reads(made.decode(), as_version=4))


def test_a_lesson_that_fails_names_file_and_cell(tmp_path):
    path = notebook(tmp_path / "notebooks" / "en" / "09.ipynb", "1 / 0")
    with pytest.raises(CourseError, match="09.ipynb, cell c0, .*ZeroDivisionError"):
        premade.with_outputs(path, tmp_path)


def test_a_copy_is_stale_when_lesson_library_or_data_changed_and_a_handouts_never(tmp_path):
    path = notebook(tmp_path / "notebooks" / "en" / "09.ipynb", "1")
    (tmp_path / "crmlib").mkdir()
    (tmp_path / "crmlib" / "a.py").write_text("")
    premade._library.cache_clear()
    assert premade.stale("en", tmp_path) == [path]
    heard = []
    premade.make([path], premade.folder("en", tmp_path), tmp_path, on_done=lambda *said: heard.append(said))
    assert heard == [(1, path, "")] and premade.stale("en", tmp_path) == []
    assert premade.lessons("en", tmp_path) == premade.folder("en", tmp_path)

    (tmp_path / "crmlib" / "a.py").write_text("x = 1")
    premade._library.cache_clear()
    assert premade.stale("en", tmp_path) == [path]
    premade._library.cache_clear()

    shutil.copy(premade.folder("en", tmp_path) / path.name, path)  # as a handout has it
    assert premade.stale("en", tmp_path) == []


def test_one_lesson_that_fails_does_not_take_the_others_with_it(tmp_path):
    bad, good = (notebook(tmp_path / "notebooks" / "en" / name, source) for name, source in (("01.ipynb", "1 / 0"), ("02.ipynb", "1")))
    reasons = []
    premade.make([bad, good], premade.folder("en", tmp_path), tmp_path, on_done=lambda number, path, reason: reasons.append(bool(reason)))
    assert reasons == [True, False]
    assert (premade.folder("en", tmp_path) / "01.ipynb").read_bytes() == bad.read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_lesson_can_be_made_with_outputs(language):
    assert premade.sources(language)
    for path in premade.sources(language):
        made = premade.with_outputs(path, ROOT)
        assert b"widget-view" not in made and b"image/png\"" not in made
        assert all(re.search(r' alt="[^"]{20,}"', image) for image in re.findall(r"<img [^>]*>", "".join(pages(made)))), path.name
        assert any(outputs(made)) or '"code"' not in path.read_text(encoding="utf-8"), path.name
    use_language("en")
