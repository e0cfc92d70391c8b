"""How dates are written, where Django's own way ends a sentence twice or is not what people here write."""
