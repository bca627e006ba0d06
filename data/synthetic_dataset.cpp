// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/core/random.h>
#include <fovea/data/class_names.h>
#include <fovea/data/synthetic_dataset.h>

#include <algorithm>

namespace fovea {

namespace {

// Details of Purpose::synthetic.
constexpr uint32_t kCellColours = 0, kNoise = 1;
constexpr const char* kShapeWanted =
    "[channels, height, width] wanted, at least 1 each, at most 300000000 together";
constexpr int kDarkest = 64, kColourBits = 7;  // cells are in [64, 192): the noise stays in 0..255

uint8_t colour(const RandomStream& stream, int64_t element) {
  const uint32_t bits = stream.bits(static_cast<uint64_t>(element)) >> (32 - kColourBits);
  return static_cast<uint8_t>(kDarkest + bits);
}

uint8_t random_byte(const PhiloxBlock& block, int64_t i) {
  return static_cast<uint8_t>(block[static_cast<size_t>(i / 4)] >> (8 * (i % 4)));
}

constexpr int64_t kMaxSamples = 0xffffffff, kMaxClasses = 65536, kMaxElements = 300'000'000;

bool shape_is_good(const std::vector<int64_t>& shape) {
  int64_t elements = 1;
  for (const int64_t extent : shape) {
    if (extent < 1 || extent > kMaxElements / elements) return false;
    elements *= extent;
  }
  return shape.size() == 3;
}

void check(const SyntheticOptions& o, const std::vector<std::string>& names) {
  const auto fail = [](const std::string& what) { throw ArgumentError("synthetic data: " + what); };
  if (o.samples < 1 || o.samples > kMaxSamples) fail("samples must be 1 to 4294967295");
  if (o.classes < 1 || o.classes > kMaxClasses) fail("classes must be 1 to 65536");
  if (!shape_is_good(o.shape)) fail(std::string("shape: ") + kShapeWanted);
  if (o.noise < 0 || o.noise > kDarkest) fail("noise must be 0 to 64");
  if (!names.empty() && static_cast<int64_t>(names.size()) != o.classes) {
    fail("there are " + std::to_string(names.size()) + " class names for " +
         std::to_string(o.classes) + " classes");
  }
}

Shape image_shape(const std::vector<int64_t>& shape) {
  return shape_is_good(shape) ? Shape{shape[1], shape[2], shape[0]} : Shape();
}

std::vector<std::string> checked_names(const SyntheticOptions& options,
                                       std::vector<std::string> names) {
  check(options, names);
  return names.empty() ? numbered_classes(options.classes) : std::move(names);
}

}  // namespace

Fields<SyntheticOptions> SyntheticOptions::fields() {
  return Fields<SyntheticOptions>("synthetic", "made-up pictures that can be learnt")
      .required("shape", &SyntheticOptions::shape, "[channels, height, width], as model.input",
                at_least(1))
      .field("classes", &SyntheticOptions::classes, "number of classes", between(1, kMaxClasses))
      .field("samples", &SyntheticOptions::samples, "number of pictures", between(1, kMaxSamples))
      .field("noise", &SyntheticOptions::noise, "a pixel is off by up to this much, of 255",
             between(0, kDarkest))
      .field("seed", &SyntheticOptions::seed, "other seeds give other pictures")
      .check([](const Config& config, const SyntheticOptions& options) {
        if (!shape_is_good(options.shape)) config.find("shape").error(kShapeWanted);
      });
}

SyntheticDataset::SyntheticDataset(const SyntheticOptions& options, Split split,
                                   std::vector<std::string> names)
    : Dataset(options.samples, image_shape(options.shape),
              checked_names(options, std::move(names))),
      options_(options),
      split_(split) {}

int32_t SyntheticDataset::label(int64_t i) const {
  return static_cast<int32_t>(i % options_.classes);
}

void SyntheticDataset::read(int64_t i, Image& out) const {
  out.resize(image()[0], image()[1], image()[2]);
  draw_cells(i, out);
  add_noise(i, out);
}

void SyntheticDataset::draw_cells(int64_t i, Image& out) const {
  const int64_t row_bytes = out.width * out.channels;
  int64_t drawn = -1;  // cell row of the line above
  for (int64_t y = 0; y < out.height; y++) {
    uint8_t* line = out.pixels.data() + y * row_bytes;
    const int64_t cell_y = y * kCells / out.height;
    if (cell_y == drawn) {
      std::copy_n(line - row_bytes, row_bytes, line);
    } else {
      draw_line(label(i), cell_y, line);
    }
    drawn = cell_y;
  }
}

void SyntheticDataset::draw_line(int32_t label, int64_t cell_y, uint8_t* line) const {
  const RandomStream colours(options_.seed, Purpose::synthetic, kCellColours, 0,
                             static_cast<uint32_t>(label));
  const int64_t width = image()[1], channels = image()[2];
  for (int64_t cell_x = 0; cell_x < kCells; cell_x++) {
    const int64_t begin = (cell_x * width + kCells - 1) / kCells;  // the first x of this cell
    const int64_t end = ((cell_x + 1) * width + kCells - 1) / kCells;
    if (begin == end) continue;
    const int64_t first_element = (cell_y * kCells + cell_x) * channels;
    for (int64_t c = 0; c < channels; c++) {
      line[begin * channels + c] = colour(colours, first_element + c);
    }
    for (int64_t k = (begin + 1) * channels; k < end * channels; k++) line[k] = line[k - channels];
  }
}

// Each Philox block gives 16 bytes, each byte a number in [-noise, noise].
void SyntheticDataset::add_noise(int64_t i, Image& out) const {
  if (options_.noise == 0) return;
  const RandomStream stream(options_.seed, Purpose::synthetic, kNoise,
                            static_cast<uint32_t>(split_), static_cast<uint32_t>(i));
  const int span = 2 * options_.noise + 1;
  const auto count = static_cast<int64_t>(out.pixels.size());
  for (int64_t begin = 0; begin < count; begin += 16) {
    const PhiloxBlock block = stream.block(static_cast<uint64_t>(begin / 16));
    const int64_t end = std::min<int64_t>(16, count - begin);
    for (int64_t k = 0; k < end; k++) {
      uint8_t& pixel = out.pixels[static_cast<size_t>(begin + k)];
      pixel = static_cast<uint8_t>(pixel + (random_byte(block, k) * span >> 8) - options_.noise);
    }
  }
}

}  // namespace fovea
