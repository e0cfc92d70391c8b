"""The street: what a request meets before it enters a room."""
