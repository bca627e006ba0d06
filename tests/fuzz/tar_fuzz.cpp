// SPDX-License-Identifier: Apache-2.0
// The input as an archive of samples.
#include "oracle.h"

#include <fovea/data/data_options.h>

#include <unistd.h>

#include <string>

using namespace fovea;

namespace {

// make_dataset() tells an archive by its name.
struct Link {
  explicit Link(const std::string& target)
      : path("/tmp/fovea-fuzz-" + std::to_string(getpid()) + ".tar") {
    unlink(path.c_str());
    if (symlink(target.c_str(), path.c_str()) != 0) std::abort();
  }
  ~Link() { unlink(path.c_str()); }
  std::string path;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static test::MemoryFile file;
  static const Link link(file.path());
  file.write(fuzz::text_of(data, size));
  try {
    fuzz::read_samples(*make_dataset(DataPath{link.path, ""}, Split::train, {}, {.resize = 4}));
  } catch (const DataError& error) {
    fuzz::require(std::string_view(error.what()).find(link.path) != std::string_view::npos,
                  error.what());
  }
  return 0;
}
