"""Marking: student code runs in a sandbox, test cells in a trusted process, and only plain data passes between.

The files are named as the steps; each says at its top what it promises.
"""
