"""From any folder of medical pictures to a set that can be trained on, and a report of what would have gone wrong."""
