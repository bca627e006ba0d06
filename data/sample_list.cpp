// SPDX-License-Identifier: Apache-2.0
#include <fovea/data/sample_list.h>

namespace fovea {

SkippedFiles& SkippedFiles::operator+=(const SkippedFiles& more) {
  hidden += more.hidden;
  unsupported += more.unsupported;
  outside += more.outside;
  other += more.other;
  return *this;
}

std::string SkippedFiles::to_string() const {
  std::string text;
  const auto add = [&](int64_t count, const char* one, const char* many) {
    if (count == 0) return;
    text += (text.empty() ? "" : ", ") + std::to_string(count) + (count == 1 ? one : many);
  };
  add(hidden, " hidden", " hidden");
  constexpr const char* kUnsupported = " in a format that is not supported (WebP, TIFF, GIF, ...)";
  add(unsupported, kUnsupported, kUnsupported);
  add(outside, " picture outside the classes' folders", " pictures outside the classes' folders");
  add(other, " that is no picture", " that are no pictures");
  return text;
}

std::string_view SampleList::name(int64_t i) const {
  const auto index = static_cast<size_t>(i);
  const uint64_t begin = index == 0 ? 0 : ends[index - 1];
  return std::string_view(names).substr(begin, ends[index] - begin);
}

std::string SampleList::path(int64_t i) const {
  const std::string_view below = name(i);
  if (root.empty() || below.starts_with('/')) return std::string(below);
  std::string path = root;
  if (!path.ends_with('/')) path += '/';
  return path.append(below);
}

void SampleList::add(std::string_view name, int32_t label) {
  names.append(name);
  ends.push_back(names.size());
  labels.push_back(label);
}

}  // namespace fovea
