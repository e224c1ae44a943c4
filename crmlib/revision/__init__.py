"""Revising for the exam: questions spaced until a date, weak spots, mock papers, cheat sheets, and decks for other programs.

One logic (cards, memory, plan, session) with two thin faces: the notebook and the terminal. What a learner answers
stays in one file of the learner's own.
"""
