// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/data/batch_source.h>

#include <limits>

namespace fovea {

void Batch::resize(int64_t n, const Shape& image, DType type) {
  const bool fits = image_buffer_ && image_buffer_.dtype() == type &&
                    image_buffer_.shape().sample() == image && image_buffer_.shape()[0] >= n;
  if (!fits) {
    image_buffer_ = Tensor({n, image[0], image[1], image[2]}, type);
    label_buffer_ = Tensor({n}, DType::i32);
    view_buffer_ = type == DType::u8 ? Tensor({n, kViewWords}, DType::i32) : Tensor();
  }
  images = image_buffer_.rows(0, n);
  labels = label_buffer_.rows(0, n);
  views = view_buffer_ ? view_buffer_.rows(0, n) : Tensor();
  samples.resize(static_cast<size_t>(n));
  keys.resize(static_cast<size_t>(n));
}

BatchSource::BatchSource(BatchSourceInfo info) : info_(std::move(info)) {
  if (info_.samples < 1 || info_.samples > std::numeric_limits<uint32_t>::max()) {
    throw ArgumentError("batch source: " + std::to_string(info_.samples) +
                        " samples; 1 to 4294967295 are possible");
  }
  if (info_.batch_size < 1) {
    throw ArgumentError("batch source: batch size " + std::to_string(info_.batch_size) +
                        "; it must be at least 1");
  }
  if (info_.image.rank() != 3 || info_.image.elements() < 1) {
    throw ArgumentError("batch source: image shape " + info_.image.to_string() +
                        "; (height, width, channels), each at least 1, is wanted");
  }
  if (info_.classes.empty()) throw ArgumentError("batch source: there are no classes");
}

}  // namespace fovea
