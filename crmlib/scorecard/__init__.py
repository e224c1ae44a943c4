"""Proof that the graders are right: every exercise tried with right, wrong and mutated answers, in both languages."""
