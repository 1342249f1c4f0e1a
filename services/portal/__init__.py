"""Owns no domain and no database: pages through which people use the other services; announces and hears nothing."""
