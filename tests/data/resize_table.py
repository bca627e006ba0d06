# SPDX-License-Identifier: Apache-2.0
"""Writes resize_table.inc, what Pillow makes of made-up pictures: resize_table.py >resize_table.inc"""
import hashlib

from PIL import Image

CASES = [  # height, width, channels, and those of the result
    (375, 500, 3, 256, 341), (500, 375, 3, 341, 256), (375, 500, 3, 64, 64), (375, 500, 1, 64, 85), (1, 1, 3, 5, 7), (2, 3, 3, 1, 1),
    (3, 2, 1, 300, 200), (7, 301, 3, 7, 100), (301, 7, 3, 100, 7), (33, 65, 3, 33, 65), (1000, 37, 3, 8, 9), (37, 1000, 3, 9, 8),
    (16, 5, 3, 224, 224), (224, 224, 3, 225, 223), (97, 131, 1, 96, 130)]


def made_up(count):
    """Bytes of a linear congruential generator."""
    state, values = 1, bytearray()
    for _ in range(count):
        state = (state * 1103515245 + 12345) % 2**31
        values.append(state >> 16 & 255)
    return bytes(values)


def main():
    for height, width, channels, new_height, new_width in CASES:
        image = Image.frombytes("L" if channels == 1 else "RGB", (width, height), made_up(height * width * channels))
        # The rows first; later versions of Pillow begin with the columns where that is less work.
        image = image.resize((new_width, height), Image.BILINEAR).resize((new_width, new_height), Image.BILINEAR)
        digest = hashlib.sha256(image.tobytes()).hexdigest()
        print(f'{{{height}, {width}, {channels}, {new_height}, {new_width}, "{digest}"}},')


main()
