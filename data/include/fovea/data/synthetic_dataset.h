// SPDX-License-Identifier: Apache-2.0
// Made-up pictures of any size, for tests, benchmarks and first runs: no files, but something to
// learn.
#pragma once

#include <fovea/data/dataset.h>

namespace fovea {

struct SyntheticOptions {
  int64_t samples = 1000;
  int64_t classes = 10;
  Shape image = {224, 224, 3};  // (h, w, c)
  int noise = 48;               // each pixel is off by up to this much, 0..64
  uint64_t seed = 1;
  uint32_t split = 0;  // other splits have the same classes and other noise: 0 train, 1 val
};

// Sample i is of class i mod classes: 8x8 cells of colours that belong to the class, plus noise
// that belongs to the sample. A pure function of (seed, split, i).
class SyntheticDataset final : public Dataset {
 public:
  // Throws ArgumentError when an option is out of range. `names` of the classes: empty for "0",
  // "1",
  // ..., else as many as there are classes.
  explicit SyntheticDataset(const SyntheticOptions& options, std::vector<std::string> names = {});

  int32_t label(int64_t i) const override;
  void read(int64_t i, Image& image) const override;

 private:
  static constexpr int64_t kCells = 8;  // along each side

  void draw_cells(int64_t i, Image& image) const;
  void draw_line(int32_t label, int64_t cell_y, uint8_t* line) const;
  void add_noise(int64_t i, Image& image) const;

  SyntheticOptions options_;
};

}  // namespace fovea
