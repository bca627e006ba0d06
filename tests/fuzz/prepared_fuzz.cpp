// SPDX-License-Identifier: Apache-2.0
// The input in place of one file of a small prepared folder; its first byte chooses which.
#include "oracle.h"
#include "support/file_bytes.h"

#include <fovea/data/picture_statistics.h>
#include <fovea/data/prepare.h>
#include <fovea/data/shard_dataset.h>
#include <fovea/data/synthetic_dataset.h>

#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>

using namespace fovea;

namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

// Made once: two pictures of 2x2 pixels.
class Prepared {
 public:
  Prepared() : folder_(fs::temp_directory_path() / ("fovea-fuzz-" + std::to_string(getpid()))) {
    fs::create_directories(folder_ / "in/a");
    write(folder_ / "in/a/0.ppm", "P6 2 2 255 abcdefghijkl");
    write(folder_ / "in/a/1.ppm", "P6 2 2 255 mnopqrstuvwx");
    prepare({.source = folder_ / "in", .target = out(), .size = 2, .encoding = {0}, .threads = 1});
    for (size_t i = 0; i < kFiles.size(); i++) good_[i] = fovea::test::file_bytes(path(i));
  }
  ~Prepared() { fs::remove_all(folder_); }

  static constexpr std::array<const char*, 5> kFiles{"dataset.json", "train.bin", "train-00000.tar",
                                                     "train-00000.idx", "mean.npy"};
  std::string out() const { return folder_ / "out"; }
  void damage(size_t file, std::string_view bytes) const { write(path(file), bytes); }
  void repair(size_t file) const { write(path(file), good_[file]); }

 private:
  fs::path path(size_t file) const { return fs::path(out()) / kFiles[file]; }

  fs::path folder_;
  std::array<std::string, kFiles.size()> good_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Prepared prepared;
  if (size == 0) return 0;
  const size_t file = data[0] % Prepared::kFiles.size();
  prepared.damage(file, fuzz::text_of(data + 1, size - 1));
  const auto guarded = [&](const auto& look) {
    try {
      look();
    } catch (const DataError& error) {
      fuzz::require(std::string_view(error.what()).find(prepared.out()) != std::string_view::npos,
                    error.what());
    }
  };
  guarded([&] { load_statistics(prepared.out()); });
  guarded([&] { fuzz::read_samples(*ShardDataset::open(prepared.out(), Split::train)); });
  guarded([&] { check_prepared(prepared.out(), 1, [](const std::string&) {}); });
  prepared.repair(file);
  return 0;
}
