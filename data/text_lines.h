// SPDX-License-Identifier: Apache-2.0
// Text files that people write: with or without a byte order mark, with either end of line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fovea::detail {

class TextLines {
 public:
  // Throws DataError when the file cannot be read or has more than `limit` bytes.
  TextLines(std::string path, uint64_t limit);

  int64_t size() const { return static_cast<int64_t>(lines_.size()); }
  // Without its end; the last line is not empty.
  std::string_view operator[](int64_t i) const { return lines_[static_cast<size_t>(i)]; }
  const std::string& path() const { return path_; }
  // A DataError about line i.
  [[noreturn]] void fail(int64_t i, const std::string& what) const;

 private:
  std::string path_;
  std::vector<uint8_t> bytes_;
  std::vector<std::string_view> lines_;
};

}  // namespace fovea::detail
