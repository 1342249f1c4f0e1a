"""``events``: from the commit of a cause to the commit of its effect in another service's database."""
