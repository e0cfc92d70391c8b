"""The part of the workshop that turns labelled photos into a released model."""
