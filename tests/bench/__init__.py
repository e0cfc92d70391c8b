"""How fast, how small, and how it grows: ``python -m tests.bench`` measures and writes docs/bench.*."""

import ml  # noqa: F401 - mends torchvision, where that is needed, before pytorch-grad-cam asks for it
