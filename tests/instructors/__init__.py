"""Ordinary tests as instructors write them, each with its model answer."""
