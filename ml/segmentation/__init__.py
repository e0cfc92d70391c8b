"""The part of the workshop that draws a lesion's outline and reads size, asymmetry, border and colours off it."""
