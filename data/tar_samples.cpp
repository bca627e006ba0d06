// SPDX-License-Identifier: Apache-2.0
#include "tar_samples.h"

#include <fovea/core/error.h>
#include <fovea/core/io/tar.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <string_view>

namespace fovea::detail {

namespace {

constexpr std::array<std::string_view, 6> kPictureEndings{"jpg", "jpeg", "png",
                                                          "bmp", "ppm",  "pgm"};
constexpr int32_t kMaxLabel = 65535;

struct SampleName {
  std::string_view key, ending;
};

// Nothing for names that belong to no sample: hidden ones, and webdataset's own "__meta__".
std::optional<SampleName> split_name(std::string_view name) {
  const size_t slash = name.rfind('/');
  const size_t base = slash == name.npos ? 0 : slash + 1;
  const size_t dot = name.find('.', base);
  if (dot == name.npos || dot == base || name.substr(base).starts_with("__")) return std::nullopt;
  return SampleName{name.substr(0, dot), name.substr(dot + 1)};
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

// The members of one key.
class Group {
 public:
  Group(const MappedFile& archive, uint32_t number) : archive_(archive), number_(number) {}

  const std::string& key() const { return key_; }

  void begin(std::string_view key, uint64_t at) {
    key_ = key;
    at_ = at;
    picture_.reset();
    label_.reset();
  }

  void add_picture(const TarMember& member) {
    if (picture_) fail(member.offset, "has a second picture, " + member.name);
    if (member.size > std::numeric_limits<uint32_t>::max())
      fail(member.offset, "has a picture of " + std::to_string(member.size) + " bytes");
    picture_ = {member.offset, static_cast<uint32_t>(member.size), number_, 0};
  }

  void add_label(const TarMember& member) {
    if (label_) fail(member.offset, "has a second label");
    const auto bytes = archive_.bytes().subspan(member.offset, member.size);
    std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    constexpr std::string_view kBlanks = " \t\r\n";
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    while (!text.empty() && kBlanks.find(text.back()) != text.npos) text.remove_suffix(1);
    int32_t label = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, label);
    if (text.empty() || error != std::errc() || stop != end || label < 0 || label > kMaxLabel)
      fail(member.offset, "has a label that is no number from 0 to " + std::to_string(kMaxLabel));
    label_ = label;
  }

  void finish(std::vector<TarSample>& samples) const {
    if (!picture_ && !label_) return;
    if (!picture_) fail(at_, "has a label, but no picture");
    if (!label_) fail(at_, "has a picture, but no label (" + key_ + ".cls)");
    samples.push_back(*picture_);
    samples.back().label = *label_;
  }

 private:
  [[noreturn]] void fail(uint64_t at, const std::string& what) const {
    throw DataError(archive_.path() + ": sample \"" + key_ + "\" " + what + " (byte " +
                    std::to_string(at) + ")");
  }

  const MappedFile& archive_;
  uint32_t number_;
  std::string key_;
  uint64_t at_ = 0;
  std::optional<TarSample> picture_;
  std::optional<int32_t> label_;
};

}  // namespace

void add_tar_samples(const MappedFile& archive, uint32_t number, std::vector<TarSample>& samples) {
  TarReader reader(archive.bytes(), archive.path());
  Group group(archive, number);
  while (const auto member = reader.next()) {
    const auto name = member->is_file ? split_name(member->name) : std::nullopt;
    if (!name) continue;
    if (name->key != group.key()) {
      group.finish(samples);
      group.begin(name->key, member->offset);
    }
    const std::string ending = lower_case(name->ending);
    if (ending == "cls") group.add_label(*member);
    if (std::find(kPictureEndings.begin(), kPictureEndings.end(), ending) != kPictureEndings.end())
      group.add_picture(*member);
  }
  group.finish(samples);
}

}  // namespace fovea::detail
