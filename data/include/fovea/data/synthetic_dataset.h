// SPDX-License-Identifier: Apache-2.0
// Made-up pictures of any size, for tests, benchmarks and first runs: no files, but something to
// learn.
#pragma once

#include <fovea/core/fields.h>
#include <fovea/data/dataset.h>

namespace FOVEA_API fovea {

struct SyntheticOptions {
  std::vector<int64_t> shape = {3, 224, 224};  // [channels, height, width], as in a config's model
  int64_t classes = 10;
  int64_t samples = 1000;
  int noise = 48;  // each pixel is off by up to this much, 0..64
  uint64_t seed = 1;

  static Fields<SyntheticOptions> fields();
};

// The splits have the same classes, each with samples of its own. Sample i is of class i mod
// classes: 8x8 cells of colours that belong to the class, plus noise that belongs to the sample. A
// pure function of (seed, split, i).
class SyntheticDataset final : public Dataset {
 public:
  // Throws ArgumentError when an option is out of range. `names` of the classes: empty for "0",
  // "1",
  // ..., else as many as there are classes.
  explicit SyntheticDataset(const SyntheticOptions& options, Split split = Split::train,
                            std::vector<std::string> names = {});

  int32_t label(int64_t i) const override;
  void read(int64_t i, Image& image) const override;

 private:
  static constexpr int64_t kCells = 8;  // along each side

  void draw_cells(int64_t i, Image& image) const;
  void draw_line(int32_t label, int64_t cell_y, uint8_t* line) const;
  void add_noise(int64_t i, Image& image) const;

  SyntheticOptions options_;
  Split split_;
};

}  // namespace fovea
