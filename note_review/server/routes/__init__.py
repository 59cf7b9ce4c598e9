"""The routes, one router per file; ``app.py`` mounts them."""
