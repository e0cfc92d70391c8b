"""Room 1: a photo comes in, an explained answer goes out."""
