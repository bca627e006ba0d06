// SPDX-License-Identifier: Apache-2.0
#include "picture_inputs.h"

#include "console.h"
#include "exit_code.h"

#include <fovea/core/error.h>
#include <fovea/data/picture_file.h>
#include <fovea/data/sample_list.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

namespace fovea::app {

namespace {

using Use = std::function<void(const InputPicture&)>;

std::vector<uint8_t> read_standard_input() {
  constexpr size_t kMostBytes = size_t{1} << 30, kPiece = size_t{1} << 16;
  std::vector<uint8_t> bytes;
  size_t size = 0;
  while (true) {
    bytes.resize(size + kPiece);
    const ssize_t got = read(STDIN_FILENO, bytes.data() + size, kPiece);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      throw SystemError("standard input: cannot be read: " +
                        std::generic_category().message(errno));
    }
    size += static_cast<size_t>(got);
    if (size > kMostBytes) throw DataError("standard input: is larger than 1 GiB");
    if (got == 0) break;
  }
  bytes.resize(size);
  return bytes;
}

class Inputs {
 public:
  Inputs(const InputOptions& options, const Use& use) : options_(options), use_(use) {}

  void add(const std::string& input) {
    std::error_code ignored;
    if (input == "-") {
      tolerate([&] { use_standard_input(); });
    } else if (std::filesystem::is_directory(input, ignored)) {
      use_folder(input);
    } else {
      tolerate([&] { use_file(input); });
    }
  }

  int64_t bad() const { return bad_; }

 private:
  template <class Work>
  void tolerate(Work&& work) {
    try {
      work();
    } catch (const DataError& error) {
      log_line(error_line(error.what()));
      bad_++;
    }
  }

  void use_standard_input() {
    const std::string name = "standard input";
    const std::vector<uint8_t> bytes = read_standard_input();
    const Image image = decode_image(bytes, options_.channels, name, options_.exif);
    use_({name, image, std::nullopt});
  }

  void use_folder(const std::string& folder) {
    const SampleList pictures = list_pictures(folder);
    const std::string skipped = pictures.skipped.to_string();
    if (!skipped.empty()) log_line(folder + ": skipped " + skipped);
    for (int64_t i = 0; i < pictures.size(); i++) tolerate([&] { use_file(pictures.path(i)); });
  }

  void use_file(const std::string& path) {
    const PictureFile file(path, options_.channels, options_.exif);
    const int64_t count =
        file.is_idx() ? std::min(file.size(), options_.first.value_or(file.size())) : 1;
    for (int64_t i = 0; i < count; i++) {
      const std::string name = file.is_idx() ? path + "[" + std::to_string(i) + "]" : path;
      const Image image = file.picture(i);
      use_({name, image, file.label(i)});
    }
  }

  const InputOptions& options_;
  const Use& use_;
  int64_t bad_ = 0;
};

}  // namespace

int64_t for_each_picture(const std::vector<std::string>& inputs, const InputOptions& options,
                         const Use& use) {
  Inputs all(options, use);
  for (const std::string& input : inputs) all.add(input);
  return all.bad();
}

}  // namespace fovea::app
