"""The service: HTTP over one Engine, and the page."""
