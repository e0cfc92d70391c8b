"""Room 2: where to go, how far it is and whether somebody is there."""
