"""What tests share and is no test itself: a class that hands in, papers, a sandbox session, what a refusal lacks."""
