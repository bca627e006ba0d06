// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/config.h>
#include <fovea/core/error.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

namespace fovea {

namespace {

constexpr size_t kMaxBytes = 16 << 20;

std::string read_text(const std::string& path) {
  const auto fail = [&path](const std::string& reason) {
    throw ConfigError(path + ": error: cannot read the config: " + reason);
  };
  // A pipe that nobody writes to would be waited for.
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::directory) fail("it is a folder");
  if (exists(status) && !is_regular_file(status)) fail("it is not a regular file");
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             &std::fclose);
  if (!file) fail(std::strerror(errno));
  std::string text;
  char block[1 << 16];
  while (const size_t bytes = std::fread(block, 1, sizeof block, file.get())) {
    text.append(block, bytes);
    if (text.size() > kMaxBytes) fail("larger than 16 MiB; is this a config?");
  }
  if (std::ferror(file.get())) fail(std::strerror(errno));
  return text;
}

}  // namespace

Config Config::load(const std::string& path) { return parse(read_text(path), path); }

}  // namespace fovea
