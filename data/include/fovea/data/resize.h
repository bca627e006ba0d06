// SPDX-License-Identifier: Apache-2.0
// Pictures at another size, to the bits of Pillow's bilinear filter: a triangle as wide as the
// scale, in fixed point with 22 bits behind the point; first along the rows, then along the
// columns, rounded to 8 bits after each. What torchvision makes of Pillow's pictures.
#pragma once

#include <fovea/data/crop.h>
#include <fovea/data/image.h>
#include <fovea/data/image_size.h>

#include <cstdint>
#include <vector>

namespace FOVEA_API fovea {

// As PIL.Image.resize((width, height), BILINEAR). Throw ArgumentError for an empty picture or size.
Image resize_bilinear(const Image& image, int64_t height, int64_t width);

// As torchvision's Resize(size), which makes the shorter side `size` and the longer one
// floor(size * longer / shorter), and then its CenterCrop(size): `size` x `size` pixels.
Image resize_and_crop(const Image& image, int64_t size);

// A part of a picture.
struct Box {
  Corner corner;
  ImageSize size;
};

// The same without allocations once it has seen pictures as large. For one thread at a time.
class Resizer {
 public:
  // REQUIRES: `from` and `to` are different objects; the box lies in the picture.
  void resize(const Image& from, ImageSize size, Image& to);
  // Only what is in the box, as torchvision's resized_crop: nothing around it counts.
  void resize_box(const Image& from, const Box& box, ImageSize size, Image& to);
  void resize_and_crop(const Image& from, int64_t size, Image& to);

 private:
  // For each output along one side: where its inputs begin, and their weights.
  struct Taps {
    int64_t in = 0, out = 0, begin = 0, count = 0;  // what they were made for
    int64_t most = 0;                               // inputs of one output
    std::vector<int32_t> first;                     // [output]
    std::vector<int32_t> weights;                   // [output][most, rounded up]
    std::vector<double> exact;                      // of one output, before they are rounded

    bool identity() const { return in == out; }
    void make(int64_t in, int64_t out, int64_t begin, int64_t count);
  };

  // The window of `from`'s box resized to `size`.
  void run(const Image& from, const Box& box, ImageSize size, const Box& window, Image& to);

  Taps columns_, rows_;
  std::vector<uint8_t> middle_;  // rows after the first pass, each with a few bytes to spare
};

}  // namespace fovea
