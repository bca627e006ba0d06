// SPDX-License-Identifier: Apache-2.0
// A folder with small data sets and configs, to run the program in.
#pragma once

#include "data/byte_files.h"
#include "support/file_bytes.h"
#include "support/program.h"
#include "support/temp_dir.h"

#include <string>
#include <vector>

namespace fovea::test {

// Pictures whose bright row tells their class, so that a few steps learn them: n of 12x12.
inline std::string striped_idx3(uint32_t n) {
  std::string bytes = idx3_header(n, 12, 12);
  for (uint32_t i = 0; i < n; i++) {
    for (uint32_t y = 0; y < 12; y++) {
      for (uint32_t x = 0; x < 12; x++)
        bytes += static_cast<char>(y == i % 10 ? 250 - x : 3 * x + i % 7);
    }
  }
  return bytes;
}

inline const char* const kConvNet = R"({
  "name": "tiny", "seed": 3,
  "data": {"train": "train-images-idx3-ubyte", "val": "val-images-idx3-ubyte.gz", "mean": 0.3, "std": 0.25,
           "augment": [{"type": "horizontal_flip", "p": 0.5}]},
  "model": {"input": [1, 12, 12], "layers": [
    {"name": "conv1", "type": "conv2d", "out_channels": 6, "kernel_size": 3}, {"type": "relu"}, {"type": "lrn"},
    {"type": "maxpool2d", "kernel_size": 3, "stride": 2}, {"type": "flatten"}, {"type": "dropout", "p": 0.1},
    {"name": "fc", "type": "linear", "out_features": 10}]},
  "train": {"epochs": 3, "batch_size": 32,
            "optimizer": {"type": "sgd", "lr": 0.05, "momentum": 0.9, "weight_decay": 5e-4},
            "lr_schedule": {"type": "cosine"}},
  "log": {"every": 5}
})";

inline const char* const kLinearNet = R"({
  "name": "line", "data": {"train": {"type": "synthetic", "shape": [1, 2, 2], "classes": 3, "samples": 60},
                           "val": {"type": "synthetic", "shape": [1, 2, 2], "classes": 3, "samples": 30}},
  "model": {"input": [4], "layers": [{"name": "fc", "type": "linear", "out_features": 3}]},
  "train": {"epochs": 2, "batch_size": 16, "optimizer": {"type": "sgd", "lr": 0.1, "momentum": 0.9}}
})";

class Workplace {
 public:
  Workplace() {
    write("train-images-idx3-ubyte", striped_idx3(300));
    write("train-labels-idx1-ubyte", idx1(300));
    write("val-images-idx3-ubyte.gz", gzip(striped_idx3(70)));
    write("val-labels-idx1-ubyte.gz", gzip(idx1(70)));
    write("tiny.json", kConvNet);
    write("line.json", kLinearNet);
  }

  ProgramOptions options(std::vector<std::string> environment = {}) const {
    return {dir_.path().string(), std::move(environment)};
  }
  // fovea ARGUMENTS, in this folder.
  ProgramResult fovea(std::vector<std::string> arguments,
                      std::vector<std::string> environment = {}) const {
    return run_program(FOVEA_PROGRAM, std::move(arguments), options(std::move(environment)));
  }

  std::string write(const std::string& name, std::string_view bytes) const {
    return dir_.write(name, bytes);
  }
  std::string read(const std::string& name) const { return file_bytes(dir_.file(name)); }
  std::string path(const std::string& name) const { return dir_.file(name); }
  bool has(const std::string& name) const { return std::filesystem::exists(dir_.file(name)); }

 private:
  TempDir dir_;
};

// The 64 digits after "sha256 " in what `fovea train` prints; empty when there are none.
inline std::string sha256_in(const std::string& text) {
  const size_t at = text.find("sha256 ");
  return at == std::string::npos ? "" : text.substr(at + 7, 64);
}

}  // namespace fovea::test
