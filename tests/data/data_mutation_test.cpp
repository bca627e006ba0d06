// SPDX-License-Identifier: Apache-2.0
// Ten thousand damaged files of each kind of data set: each ends in a DataError that begins with
// its path, or is read as what it still is. Nothing else happens, and no damage passes that its
// format lets one see.
#include "byte_files.h"
#include "cifar_bytes.h"
#include "npy_bytes.h"
#include "support/memory_file.h"
#include "support/mutate.h"
#include "support/sanitized.h"

#include <fovea/data/cifar_dataset.h>
#include <fovea/data/class_names.h>
#include <fovea/data/idx_dataset.h>
#include <fovea/data/npy_dataset.h>

#include <catch2/catch.hpp>

using namespace fovea;
using namespace fovea::test;

namespace {

// A share of the mutants, in percent.
constexpr int at_most(int percent) { return static_cast<int>(kMutants) * percent / 100; }

// Reads everything: a place outside the arrays is for the sanitizers to find.
void read_all(const Dataset& data) {
  Image image;
  for (int64_t i = 0; i < data.size(); i++) {
    REQUIRE(data.label(i) >= 0);
    REQUIRE(data.label(i) < static_cast<int64_t>(data.classes().size()));
    data.read(i, image);
    REQUIRE(static_cast<int64_t>(image.pixels.size()) == data.image().elements());
  }
}

// As survivors(); `open` gets the path of a file that holds the mutant, and the mutant.
template <class Open>
int opened(const std::string& file, Open&& open) {
  MemoryFile damaged;
  return survivors(file, kMutants, [&](const std::string& mutant) {
    try {
      read_all(*open(damaged.write(mutant), mutant));
    } catch (const DataError& error) {
      REQUIRE(std::string(error.what()).starts_with(damaged.path() + ": "));
      throw;
    }
  });
}

}  // namespace

TEST_CASE("damaged idx images", "[data]") {
  const bool packed = GENERATE(false, true);
  const std::string good = idx3(9, 5, 7);
  MemoryFile labels;
  labels.write(idx1(9));
  const int survived =
      opened(packed ? gzip(good) : good, [&](const std::string& path, const std::string& mutant) {
        const auto data = IdxDataset::open(path, labels.path(), numbered_classes(10));
        REQUIRE(data->size() == 9);
        REQUIRE(data->image().elements() == 35);
        if (!packed) REQUIRE(mutant.substr(0, 8) == good.substr(0, 8));
        return data;
      });
  // Changed pixels cannot be seen in a plain file; gzip has a checksum, but free bytes in its
  // header.
  CHECK(survived < at_most(packed ? 10 : 65));
}

TEST_CASE("damaged idx labels", "[data]") {
  MemoryFile images;
  images.write(idx3(9, 5, 7));
  const std::string good = idx1(9);
  const int survived = opened(good, [&](const std::string& path, const std::string& mutant) {
    const auto data = IdxDataset::open(images.path(), path, numbered_classes(10));
    REQUIRE(mutant.substr(0, 8) == good.substr(0, 8));
    REQUIRE(mutant.size() == good.size());
    return data;
  });
  CHECK(survived < at_most(20));  // a label became another one
}

TEST_CASE("damaged .npy images", "[data]") {
  MemoryFile labels;
  labels.write(npy("<i8", "(2,)", std::string(16, '\0')));
  const std::string good = npy("|u1", "(2, 3, 4, 3)", counting(72));
  const int survived = opened(good, [&](const std::string& path, const std::string& mutant) {
    const auto data = NpyDataset::open(path, labels.path());
    REQUIRE(data->size() == 2);
    REQUIRE(data->image().elements() == 36);
    REQUIRE(mutant.size() >= good.size() - 63);  // blanks of the header may go
    return data;
  });
  CHECK(survived < at_most(50));  // pixels and blanks
}

TEST_CASE("damaged .npy labels", "[data]") {
  MemoryFile images;
  images.write(npy("|u1", "(6, 2, 2)", counting(24)));
  std::string elements;
  for (int i = 0; i < 6; i++) elements += big_endian(static_cast<uint32_t>(i));
  const std::string good = npy(">i4", "(6,)", elements);
  const int survived = opened(good, [&](const std::string& path, const std::string&) {
    const auto data = NpyDataset::open(images.path(), path, numbered_classes(6));
    REQUIRE(data->size() == 6);
    return data;
  });
  CHECK(survived < at_most(40));
}

TEST_CASE("damaged CIFAR files", "[data]") {
  const bool fine = GENERATE(false, true);
  // Few colours, so that pieces of pixels do not often look like labels.
  const std::string good = fine ? cifar100(3) : cifar10(3);
  const int survived = opened(good, [&](const std::string& path, const std::string& mutant) {
    const auto data = CifarDataset::open({path});
    REQUIRE(data->size() == 3);
    REQUIRE(mutant.size() == good.size());
    return data;
  });
  CHECK(survived < at_most(70));  // changed pixels cannot be seen
}
