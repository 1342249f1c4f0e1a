"""Whether anything is lost, doubled or stuck when everything fails: see docs/reliability.md.

``python -m tests.faults --minutes 30 --seed 7``
"""
