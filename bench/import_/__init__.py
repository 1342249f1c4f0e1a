"""``import``: the Crossroads Bank's open data taken in, and enterprises found in it."""
