// SPDX-License-Identifier: Apache-2.0
#include "text_lines.h"

#include "file_reader.h"

#include <fovea/core/error.h>

#include <algorithm>
#include <utility>

namespace fovea::detail {

TextLines::TextLines(std::string path, uint64_t limit)
    : path_(std::move(path)), bytes_(read_whole_file(path_, limit)) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  std::string_view text(reinterpret_cast<const char*>(bytes_.data()), bytes_.size());
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines_.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  while (!lines_.empty() && lines_.back().empty()) lines_.pop_back();
}

void TextLines::fail(int64_t i, const std::string& what) const {
  throw DataError(path_ + ":" + std::to_string(i + 1) + ": " + what);
}

}  // namespace fovea::detail
