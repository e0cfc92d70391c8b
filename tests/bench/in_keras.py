"""The first Walness with its own library: ``PYTHON tests/bench/in_keras.py PHOTO ROUNDS`` prints CPU and wall ms.

Steps as in tests/bench/original.py; it needs tensorflow-cpu, opencv-python-headless and pillow, and nothing of ours, so
that it runs in an environment of its own: tests/bench/first_walness.py starts it.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import cv2
import numpy as np
import tensorflow as tf
from tensorflow import keras

LAST = "conv5_block3_out"


def answer(photo: bytes, network: Path, folder: Path) -> tuple[int, float]:
    path = folder / "upload.jpg"
    path.write_bytes(photo)
    _paint(path, _heat(keras.models.load_model(network), path), folder / "result.png")
    shares = keras.models.load_model(network).predict(_read(path), verbose=0)[0]
    return int(shares.argmax()), round(float(shares.max()) * 100, 2)


def _read(path: Path) -> Any:
    return keras.utils.img_to_array(keras.utils.load_img(path, target_size=(224, 224)))[None]


def _heat(net: Any, path: Path) -> Any:
    both = keras.Model(net.inputs, [net.output, net.get_layer(LAST).output])
    images = tf.constant(keras.applications.resnet.preprocess_input(_read(path)))
    with tf.GradientTape() as tape:
        answers, maps = both(images)
        best = answers[0, int(np.argmax(answers[0]))]
    slopes = tf.reduce_mean(tape.gradient(best, maps), axis=(0, 1, 2))
    heat = np.maximum(np.asarray(maps[0]) @ np.asarray(slopes), 0)
    return heat / max(float(heat.max()), 1e-12)


def _paint(path: Path, heat: Any, result: Path) -> None:
    picture = cv2.imread(str(path))
    assert picture is not None
    small = cv2.resize(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), (224, 224))
    colours = cv2.applyColorMap((255 * cv2.resize(heat, (224, 224))).astype(np.uint8), cv2.COLORMAP_JET)
    cv2.imwrite(str(result), cv2.addWeighted(small, 0.8, colours, 0.2, 0))


def main() -> None:
    photo, rounds = Path(sys.argv[1]).read_bytes(), int(sys.argv[2])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        network = folder / "model.h5"
        keras.applications.ResNet50(weights=None, classes=6).save(network)
        answer(photo, network, folder)
        cpu, wall = [], []
        for _ in range(rounds):
            before, start = time.process_time(), time.perf_counter()
            answer(photo, network, folder)
            cpu.append((time.process_time() - before) * 1000)
            wall.append((time.perf_counter() - start) * 1000)
    print(json.dumps({"cpu_ms": round(statistics.median(cpu), 1), "wall_ms": round(statistics.median(wall), 1)}))


if __name__ == "__main__":
    main()
