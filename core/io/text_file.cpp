// SPDX-License-Identifier: Apache-2.0
#include "io/posix.h"

#include <fovea/core/io/text_file.h>

#include <fcntl.h>

namespace fovea {

// Not by the file's size: those of /proc say 0.
std::string read_text_file(const std::string& path) {
  const detail::FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  if (!file.open()) return text;
  constexpr size_t kPart = 65536;
  for (size_t got = kPart; got == kPart;) {
    const size_t before = text.size();
    text.resize(before + kPart);
    int error = 0;
    got = detail::read_at(file.get(), before,
                          std::as_writable_bytes(std::span(text).subspan(before)), error);
    text.resize(before + got);
  }
  return text;
}

std::vector<std::string_view> whole_lines(std::string_view text, char end) {
  std::vector<std::string_view> lines;
  for (size_t at = 0, next = 0; (next = text.find(end, at)) != text.npos; at = next + 1) {
    lines.push_back(text.substr(at, next - at));
  }
  return lines;
}

}  // namespace fovea
