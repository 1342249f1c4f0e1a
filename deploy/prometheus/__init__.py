"""Alert rules and what is scraped."""
