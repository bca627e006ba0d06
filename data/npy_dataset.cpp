// SPDX-License-Identifier: Apache-2.0
#include "npy_file.h"

#include <fovea/core/error.h>
#include <fovea/data/class_names.h>
#include <fovea/data/image_file.h>
#include <fovea/data/npy_dataset.h>

#include <algorithm>
#include <cstring>

namespace fovea {

using detail::FileReader;
using detail::NpyHeader;

namespace {

constexpr int64_t kMaxClasses = 65536;  // where no names say how many there are

bool can_be_channels(int64_t extent) { return extent == 1 || extent == 3; }

// The axes of n, h, w, c in a shape; c is -1 when there is none.
struct Axes {
  int n = 0, h = 1, w = 2, c = -1;
};

Axes axes_of(const std::vector<int64_t>& shape) {
  if (shape.size() == 3) return {};
  return can_be_channels(shape[3]) ? Axes{0, 1, 2, 3} : Axes{0, 2, 3, 1};
}

void check_image_header(const FileReader& reader, const NpyHeader& header) {
  const auto& shape = header.shape;
  const std::string text = detail::npy_shape_text(shape);
  const bool channels =
      shape.size() == 4 && (can_be_channels(shape[3]) || can_be_channels(shape[1]));
  if (shape.size() != 3 && !channels) {
    reader.fail("images have shape " + text +
                "; (n, h, w, c), (n, c, h, w) with 1 or 3 channels, or (n, h, w) wanted");
  }
  if (header.type.kind != 'u' || header.type.bytes != 1) {
    reader.fail("images are " + header.type.name() +
                "; uint8, 0 to 255, wanted: save x.astype(numpy.uint8)");
  }
  const Axes axes = axes_of(shape);
  const int64_t h = shape[static_cast<size_t>(axes.h)], w = shape[static_cast<size_t>(axes.w)];
  if (h > kMaxImageSide || w > kMaxImageSide || h * w > kMaxImagePixels) {
    reader.fail("images have shape " + text + ": " + std::to_string(h) + "x" + std::to_string(w) +
                " pixels, at most " + std::to_string(kMaxImagePixels) + " are possible");
  }
}

// Elements between neighbours along each axis of the file.
std::vector<int64_t> file_strides(const NpyHeader& header) {
  const size_t rank = header.shape.size();
  std::vector<int64_t> strides(rank);
  int64_t stride = 1;
  for (size_t i = 0; i < rank; i++) {
    const size_t axis = header.fortran_order ? i : rank - 1 - i;
    strides[axis] = stride;
    stride *= header.shape[axis];
  }
  return strides;
}

std::vector<std::string> numbered_up_to(const std::vector<int32_t>& labels) {
  return numbered_classes(int64_t{*std::max_element(labels.begin(), labels.end())} + 1);
}

}  // namespace

std::shared_ptr<NpyDataset> NpyDataset::open(const std::string& images_path,
                                             std::string labels_path,
                                             std::vector<std::string> classes) {
  detail::NpyFile images = detail::read_npy(images_path, check_image_header);
  if (labels_path.empty()) labels_path = detail::npy_labels_path(images_path);
  const int64_t class_limit = classes.empty() ? kMaxClasses : static_cast<int64_t>(classes.size());
  std::vector<int32_t> labels = detail::read_npy_labels(labels_path, class_limit);
  const std::vector<int64_t>& shape = images.header.shape;
  if (shape[0] != static_cast<int64_t>(labels.size())) {
    throw DataError(labels_path + ": has " + std::to_string(labels.size()) + " labels, but " +
                    images_path + " has " + std::to_string(shape[0]) + " images");
  }
  if (classes.empty()) classes = numbered_up_to(labels);
  const Axes axes = axes_of(shape);
  const std::vector<int64_t> strides = file_strides(images.header);
  const auto of = [](const std::vector<int64_t>& list, int axis) {
    return axis < 0 ? 1 : list[static_cast<size_t>(axis)];
  };
  return std::shared_ptr<NpyDataset>(new NpyDataset(
      {of(shape, axes.h), of(shape, axes.w), of(shape, axes.c)},
      {of(strides, axes.n), of(strides, axes.h), of(strides, axes.w), of(strides, axes.c)},
      std::move(classes), std::move(images.elements), std::move(labels)));
}

NpyDataset::NpyDataset(Shape image, const Strides& strides, std::vector<std::string> classes,
                       std::vector<uint8_t> pixels, std::vector<int32_t> labels)
    : Dataset(static_cast<int64_t>(labels.size()), image, std::move(classes)),
      strides_(strides),
      pixels_(std::move(pixels)),
      labels_(std::move(labels)) {}

void NpyDataset::read(int64_t i, Image& out) const {
  out.resize(image()[0], image()[1], image()[2]);
  const uint8_t* from = pixels_.data() + i * strides_[0];
  uint8_t* to = out.pixels.data();
  const bool as_it_is = strides_[1] == out.width * out.channels && strides_[2] == out.channels &&
                        (out.channels == 1 || strides_[3] == 1);
  if (as_it_is) {
    std::memcpy(to, from, out.pixels.size());
    return;
  }
  for (int64_t y = 0; y < out.height; y++) {
    for (int64_t x = 0; x < out.width; x++) {
      const uint8_t* pixel = from + y * strides_[1] + x * strides_[2];
      for (int64_t c = 0; c < out.channels; c++) *to++ = pixel[c * strides_[3]];
    }
  }
}

}  // namespace fovea
