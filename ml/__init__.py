"""The workshop: photos in, findings out; a library that knows nothing of Django."""

from ml._torchvision import make_importable

make_importable()  # before anything imports torchvision, timm or pytorch-grad-cam
