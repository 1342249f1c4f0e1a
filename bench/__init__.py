"""Side-by-side measurements: ours, a floor written by hand, and the peers, in one run on one machine.

``python -m bench`` runs all, ``python -m bench rpc`` one. Imports nothing: the peers have their own environment.
"""
