"""TikTok Shop as a local server, written from the public reference alone."""
