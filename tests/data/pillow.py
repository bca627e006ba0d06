# SPDX-License-Identifier: Apache-2.0
"""Decoding and resizing against Pillow, bit for bit: pillow.py PICTURE_PIXELS"""
import ctypes
import hashlib
import io
import os
import random
import subprocess
import sys
import tempfile

try:
    from PIL import Image
except ImportError:
    print("test skipped: no Pillow")
    sys.exit()

SIZES = [(1, 1), (3, 2), (2, 7), (17, 31), (64, 48), (97, 64), (200, 133)]
random.seed(7)


def noise(width, height, channels):
    """A picture with edges and smooth parts."""
    coarse = Image.frombytes("L", (4, 4 * channels), random.randbytes(16 * channels)).resize((width, height * channels))
    fine = random.randbytes(width * height * channels)
    return bytes((3 * a + b) // 4 for a, b in zip(coarse.tobytes(), fine))


def picture(mode, width, height):
    return Image.frombytes(mode, (width, height), noise(width, height, len(mode)))


def ycck(width, height):
    """As Photoshop writes CMYK: Pillow cannot."""
    try:
        turbo = ctypes.CDLL("libturbojpeg.so.0")
    except OSError:
        return None
    turbo.tjInitCompress.restype = ctypes.c_void_p
    pixels = noise(width, height, 4)
    out, size = ctypes.c_void_p(), ctypes.c_ulong()
    handle = ctypes.c_void_p(turbo.tjInitCompress())
    turbo.tjCompress2(handle, pixels, width, 0, height, 11, ctypes.byref(out), ctypes.byref(size), 2, 90, 0)
    data = ctypes.string_at(out, size.value)
    turbo.tjDestroy(handle)
    return data


def jpegs():
    for width, height in SIZES:
        for progressive in (False, True):
            for subsampling in (0, 1, 2):
                yield picture("RGB", width, height), dict(quality=random.choice([10, 75, 95, 100]), subsampling=subsampling,
                                                          progressive=progressive)
            yield picture("L", width, height), dict(quality=90, progressive=progressive)
            yield picture("CMYK", width, height), dict(quality=90, progressive=progressive)
        yield picture("RGB", width, height), dict(quality=85, restart_marker_blocks=2, optimize=True)
        yield picture("RGB", width, height), dict(quality=85, keep_rgb=True)


def encoded():
    for image, options in jpegs():
        out = io.BytesIO()
        image.save(out, "JPEG", **options)
        yield out.getvalue()
    for size in SIZES:
        yield ycck(*size)
        yield orientation(picture("RGB", *size), random.randint(2, 8))
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA"):
        out = io.BytesIO()
        picture("RGBA", 61, 40).convert(mode).save(out, "PNG")
        yield out.getvalue()
    for mode, kind in (("RGB", "PPM"), ("L", "PPM"), ("RGB", "BMP"), ("L", "BMP"), ("P", "BMP"), ("1", "BMP")):
        out = io.BytesIO()
        picture("RGB", 61, 40).convert(mode).save(out, kind)
        yield out.getvalue()


def orientation(image, value):
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = value
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def summary(image):
    channels = len(image.getbands())
    return f"{image.height}x{image.width}x{channels} {hashlib.sha256(image.tobytes()).hexdigest()}"


def resize(image, width, height):
    """Rows first, as Pillow did it up to version 12; later ones begin with the columns where that is less work."""
    return image.resize((width, image.height), Image.BILINEAR).resize((width, height), Image.BILINEAR)


def resize_and_crop(image, size):
    """torchvision's Resize and CenterCrop."""
    shorter = min(image.size)
    image = resize(image, *(size * side // shorter for side in image.size))
    left, top = (int(round((side - size) / 2)) for side in image.size)
    return image.crop((left, top, left + size, top + size))


def cases(folder):
    from PIL import ImageOps
    for i, data in enumerate(filter(None, encoded())):
        path = os.path.join(folder, str(i))
        with open(path, "wb") as file:
            file.write(data)
        image = Image.open(path)
        rgb = image.convert("RGB")
        yield f"decode 3 ignore {path}", rgb
        yield f"decode 1 ignore {path}", rgb.convert("L") if image.mode not in ("L", "LA", "1") else image.convert("L")
        yield f"decode 3 apply {path}", ImageOps.exif_transpose(image).convert("RGB")
        for _ in range(4):
            height, width = random.choice([1, 5, 40, 64, 256, 300]), random.choice([1, 2, 31, 64, 224, 301])
            yield f"resize {height} {width} {path}", resize(rgb, width, height)
        size = random.choice([1, 8, 33, 64, 127, 256])
        if max(image.size) < 4 * min(image.size):
            yield f"crop {size} {path}", resize_and_crop(rgb, size)
        top, left = random.randrange(rgb.height), random.randrange(rgb.width)
        height, width = random.randint(1, rgb.height - top), random.randint(1, rgb.width - left)
        yield (f"box {top} {left} {height} {width} {size} {path}",
               resize(rgb.crop((left, top, left + width, top + height)), size, size))


def main():
    with tempfile.TemporaryDirectory() as folder:
        questions, images = zip(*cases(folder))
        done = subprocess.run([sys.argv[1]], input="\n".join(questions) + "\n", capture_output=True, text=True, check=True)
        wrong = [f"{question}: {answer}, Pillow {summary(image)}"
                 for question, answer, image in zip(questions, done.stdout.splitlines(), images) if answer != summary(image)]
    print(*wrong[:20], sep="\n")
    print(f"{len(images)} comparisons with Pillow, {len(wrong)} differ")
    sys.exit(1 if wrong or not images else 0)


main()
