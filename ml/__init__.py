"""The workshop: photos in, findings out; a library that knows nothing of Django."""

from ml._torchvision import mend_on_import

mend_on_import()  # timm and pytorch-grad-cam import torchvision too; whoever serves needs none of them
