"""Whose work agrees beyond what independent work explains: pairs with the passages side by side, for a person to judge.

What was handed out, what the model answer says, and what many of the class have in common is taken away first. Of the rest,
pairs that may be alike are found by MinHash with locality-sensitive hashing, and then compared exactly.
"""

from __future__ import annotations

import difflib
import io
import itertools
import re
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crmlib.classroom import grading, people, roster
from crmlib.classroom.trouble import ClassroomError
from crmlib.language import message

WORDS = 4  # of a shingle
COMMON = 0.05  # share of the class beyond which a passage is common property
COMMON_AT_LEAST = 3  # students; two who copied must not make each other common
PERMUTATIONS, BANDS = 64, 32
SEED = 20260504
LEAST = 15  # shingles of one's own, below which nothing can be said
LEAST_SHARED = 12
ALIKE = 0.4  # share of the smaller one's own shingles that the other has too
MOST_PAIRS = 200
SHOWN = 12  # passages of a pair


@dataclass(frozen=True, slots=True)
class Passage:
    """The same passage in two works, as each has written it, with what agrees."""

    question: str
    left: list[tuple[str, bool]]  # pieces of text, and whether they agree
    right: list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two students' work: how much of the smaller one's own part the other has too."""

    left: str
    right: str
    left_name: str
    right_name: str
    shared: int
    share: float
    passages: list[Passage]


@dataclass
class Found:
    """All pairs, the most alike first, and how many could be compared."""

    assignment: str
    students: int
    compared: int
    pairs: list[Pair] = field(default_factory=list)
    more: int = 0


def shingles(texts: Mapping[str, str]) -> Counter[str]:
    """Runs of neighbouring words of each answer; comments and names count, layout does not."""
    found: Counter[str] = Counter()
    for question, text in texts.items():
        parts = words(text)
        found.update(f"{question}\x1f" + "\x1f".join(parts[start : start + WORDS]) for start in range(max(0, len(parts) - WORDS + 1)))
    return found


def words(text: str) -> list[str]:
    """Code as its tokens, comments and prose as their words; Chinese sign by sign.

    >>> words("x = 1  # my own")
    ['x', '=', '1', '#', 'my', 'own']
    """
    found: list[str] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type in (tokenize.COMMENT, tokenize.STRING) or people.is_chinese(token.string):
                found += _prose(token.string)
            elif token.string.strip():
                found.append(token.string)
        return found
    except (tokenize.TokenError, SyntaxError, IndentationError):
        return _prose(text)


def _prose(text: str) -> list[str]:
    return [part.casefold() for part in re.findall(rf"[{people.CHINESE}]|[^\W{people.CHINESE}]+|[^\w\s]", text)]


def compare(answers: Mapping[str, Mapping[str, str]], handed_out: Mapping[str, str], *, names: Mapping[str, str] | None = None, assignment: str = "") -> Found:
    """Compare everybody's answers (by student and question); ``handed_out`` is what nobody had to write."""
    own = _own({student: shingles(texts) for student, texts in answers.items()}, set(shingles(handed_out)))
    kept = {student: those for student, those in own.items() if len(those) >= LEAST}
    found = Found(assignment, len(answers), len(kept))
    scored = []
    for left, right in _candidates(kept):
        shared = kept[left] & kept[right]
        share = len(shared) / min(len(kept[left]), len(kept[right]))
        if len(shared) >= LEAST_SHARED and share >= ALIKE:
            scored.append((share, len(shared), left, right))
    scored.sort(key=lambda each: (-each[1] * each[0], each[2], each[3]))
    found.more = max(0, len(scored) - MOST_PAIRS)
    names = names or {}
    for share, count, left, right in scored[:MOST_PAIRS]:
        shown = passages(answers[left], answers[right], kept[left] & kept[right])
        found.pairs.append(Pair(left, right, names.get(left, ""), names.get(right, ""), count, share, shown))
    return found


def _own(all_shingles: Mapping[str, Counter[str]], handed_out: set[str]) -> dict[str, set[str]]:
    """Everybody's shingles without what was handed out and what many have."""
    plain = {shingle.partition("\x1f")[2] for shingle in handed_out}
    spread = Counter(shingle for those in all_shingles.values() for shingle in those)
    limit = max(COMMON_AT_LEAST, COMMON * len(all_shingles))
    return {student: {each for each in those if spread[each] <= limit and each.partition("\x1f")[2] not in plain} for student, those in all_shingles.items()}


def _candidates(kept: Mapping[str, set[str]]) -> list[tuple[str, str]]:
    """Pairs that share a band of their MinHash; where a class is small, all pairs."""
    students = sorted(kept)
    if len(students) <= 60:
        return list(itertools.combinations(students, 2))
    from rensa import RMinHash, RMinHashLSH

    lsh = RMinHashLSH(threshold=ALIKE, num_perm=PERMUTATIONS, num_bands=BANDS)
    hashes = []
    for number, student in enumerate(students):
        made = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
        made.update(sorted(kept[student]))
        hashes.append(made)
        lsh.insert(number, made)
    pairs = {(min(number, other), max(number, other)) for number, made in enumerate(hashes) for other in lsh.query(made) if other != number}
    # Bands miss a short work inside a long one; a shingle that only two or three have finds them.
    rare: dict[str, list[int]] = defaultdict(list)
    for number, student in enumerate(students):
        for shingle in kept[student]:
            rare[shingle].append(number)
    shared: Counter[tuple[int, int]] = Counter(pair for those in rare.values() if len(those) <= COMMON_AT_LEAST for pair in itertools.combinations(those, 2))
    pairs |= {pair for pair, count in shared.items() if count >= LEAST_SHARED}
    return [(students[left], students[right]) for left, right in sorted(pairs)]


def passages(left: Mapping[str, str], right: Mapping[str, str], shared: Iterable[str]) -> list[Passage]:
    """The answers of both that hold what they share, with the parts that agree marked by an exact comparison."""
    counts = Counter(shingle.partition("\x1f")[0] for shingle in shared)
    found = []
    for question, _ in sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:SHOWN]:
        a, b = left.get(question, ""), right.get(question, "")
        pieces_a, pieces_b = _pieces(a), _pieces(b)
        words_a, words_b = ([(at, piece) for at, piece in enumerate(pieces) if not piece.isspace()] for pieces in (pieces_a, pieces_b))
        match = difflib.SequenceMatcher(None, [piece for _, piece in words_a], [piece for _, piece in words_b], autojunk=False)
        same_a, same_b = set(), set()
        for block in match.get_matching_blocks():
            if block.size >= WORDS:  # layout between words that agree agrees
                same_a |= set(range(words_a[block.a][0], words_a[block.a + block.size - 1][0] + 1))
                same_b |= set(range(words_b[block.b][0], words_b[block.b + block.size - 1][0] + 1))
        found.append(Passage(question, _marked(pieces_a, same_a), _marked(pieces_b, same_b)))
    return found


def _pieces(text: str) -> list[str]:
    return re.findall(rf"\s+|[{people.CHINESE}]|[^\W{people.CHINESE}]+|[^\w\s]", text[:20_000])


def _marked(pieces: list[str], same: set[int]) -> list[tuple[str, bool]]:
    return [("".join(piece for _, piece in run), marked) for marked, run in itertools.groupby(enumerate(pieces), key=lambda each: each[0] in same)]


def similarity(course: grading.Class, assignment: str) -> Found:
    """Compare what a class handed in, as the rows of grading hold it."""
    handed_out, answers = grading.handed_out(course, assignment), {}
    names = {someone.number: someone.full_name for someone in roster.everybody(course)}
    for path in sorted((course.root / "marking" / assignment).glob("*.json")):
        texts: dict[str, str] = {}
        for question in grading.questions_of(course, assignment, path.stem):
            texts[question["question"]] = question["handed_in"]
        if texts:
            answers[path.stem] = texts
    if not answers:
        raise ClassroomError(message("marks.nobody_graded", assignment=assignment, course=course.root.name))
    return compare(answers, handed_out, names=names, assignment=assignment)
