// SPDX-License-Identifier: Apache-2.0
// The input as a list of pictures, and as a .csv: through names that end so.
#include "list_file.h"
#include "oracle.h"

#include <cstdlib>
#include <filesystem>

using namespace fovea;

namespace {

void read(const std::string& path, const std::vector<std::string>& classes) {
  try {
    const SampleList list = detail::read_list_file(path, "", classes);
    for (int64_t i = 0; i < list.size(); i++) {
      fuzz::require(list.label(i) >= 0 && list.label(i) < std::ssize(list.classes),
                    "label in range");
      fuzz::require(!list.name(i).empty() && list.path(i).ends_with(list.name(i)), "has a path");
    }
  } catch (const DataError& error) {
    fuzz::require(std::string_view(error.what()).find(path) != std::string_view::npos,
                  error.what());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static test::MemoryFile file;
  file.write(fuzz::text_of(data, size));
  static const std::string folder = [] {
    std::string pattern = (std::filesystem::temp_directory_path() / "fovea-fuzz-XXXXXX").string();
    return std::string(mkdtemp(pattern.data()));
  }();
  for (const char* name : {"/l.txt", "/l.csv"}) {
    const std::string path = folder + name;
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
    std::filesystem::create_symlink(file.path(), path);
    read(path, {});
    read(path, {"n01 a", "b"});
  }
  return 0;
}
