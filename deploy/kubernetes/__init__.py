"""Manifests, and what is made from other files for them."""
