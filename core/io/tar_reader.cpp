// SPDX-License-Identifier: Apache-2.0
#include "io/tar_fields.h"

#include <fovea/core/error.h>
#include <fovea/core/io/tar.h>

#include <algorithm>
#include <charconv>

namespace fovea {

namespace tar = detail::tar;

namespace {

constexpr uint64_t kMaxExtendedBytes = uint64_t{1} << 20;  // names and pax records
constexpr uint64_t kMaxSize = uint64_t{1} << 62;

std::string_view until_nul(std::string_view field) { return field.substr(0, field.find('\0')); }

// Binary numbers are GNU's for those that have no room as octal digits.
std::optional<uint64_t> binary_number(std::string_view field) {
  uint64_t value = static_cast<uint8_t>(field[0]) & 0x7f;
  for (const char c : field.substr(1)) {
    if (value >= kMaxSize >> 8) return std::nullopt;
    value = value << 8 | static_cast<uint8_t>(c);
  }
  return value;
}

std::optional<uint64_t> octal_number(std::string_view field) {
  field = until_nul(field);
  field.remove_prefix(std::min(field.find_first_not_of(' '), field.size()));
  while (field.ends_with(' ')) field.remove_suffix(1);
  uint64_t value = 0;
  const char* const end = field.data() + field.size();
  const auto [stop, error] = std::from_chars(field.data(), end, value, 8);
  if (!field.empty() && (error != std::errc() || stop != end)) return std::nullopt;
  return value;
}

std::optional<uint64_t> tar_number(std::string_view field) {
  const bool binary = (static_cast<uint8_t>(field[0]) & 0x80) != 0;
  return binary ? binary_number(field) : octal_number(field);
}

// With blanks in place of the checksum itself; old programs added signed bytes.
bool has_checksum(std::string_view header, uint64_t checksum) {
  uint64_t sum = 0, signed_sum = 0;
  for (size_t i = 0; i < header.size(); i++) {
    const bool inside = i - tar::kChecksum.offset < tar::kChecksum.size;
    const char c = inside ? ' ' : header[i];
    sum += static_cast<uint8_t>(c);
    signed_sum += static_cast<uint64_t>(static_cast<int64_t>(static_cast<signed char>(c)));
  }
  return checksum == sum || checksum == signed_sum;
}

bool all_zero(std::string_view bytes) { return bytes.find_first_not_of('\0') == bytes.npos; }

std::string name_in(std::string_view header) {
  std::string name(until_nul(tar::kName.of(header)));
  const std::string_view prefix = until_nul(tar::kPrefix.of(header));
  const bool posix = tar::kMagic.of(header).starts_with(tar::kPosixMagic);
  return posix && !prefix.empty() ? std::string(prefix) + "/" + name : name;
}

}  // namespace

struct TarReader::Header {
  uint64_t at = 0;  // its first byte
  char type = '0';
  std::string name;
  uint64_t size = 0;
};

// What headers before a member's own say of it.
struct TarReader::Extended {
  std::optional<std::string> name;
  std::optional<uint64_t> size;
};

TarReader::TarReader(std::span<const uint8_t> archive, std::string name)
    : archive_(archive), name_(std::move(name)) {}

void TarReader::fail(uint64_t at, const std::string& what) const {
  throw DataError(name_ + ": byte " + std::to_string(at) + " of the tar archive: " + what);
}

// Nothing for the zeros of the archive's end.
std::optional<TarReader::Header> TarReader::read_header() {
  const uint64_t left = archive_.size() - at_;
  if (left == 0) {
    if (at_ == 0) fail(0, "the file is empty");
    fail(at_, "no end mark follows; is the archive cut off?");
  }
  if (left < kTarBlock)
    fail(at_, "a header is cut off: 512 bytes wanted, " + std::to_string(left) + " left");
  const std::string_view bytes(reinterpret_cast<const char*>(archive_.data()) + at_, kTarBlock);
  if (all_zero(bytes)) return std::nullopt;
  const auto checksum = octal_number(tar::kChecksum.of(bytes));
  if (!checksum || !has_checksum(bytes, *checksum)) {
    fail(at_, at_ == 0 ? "no tar header: its checksum is wrong"
                       : "a damaged header: its checksum is wrong");
  }
  const auto size = tar_number(tar::kSize.of(bytes));
  if (!size || *size > kMaxSize) fail(at_, "a header whose size is no number");
  return Header{at_, tar::kType.of(bytes)[0], name_in(bytes), *size};
}

std::string_view TarReader::content(const Header& header) const {
  const uint64_t begin = header.at + kTarBlock, left = archive_.size() - begin;
  if (header.size > left) {
    fail(header.at, "\"" + header.name + "\" has " + std::to_string(header.size) +
                        " bytes, but the archive has only " + std::to_string(left) +
                        " more; it is cut off or damaged");
  }
  return {reinterpret_cast<const char*>(archive_.data()) + begin, header.size};
}

// Records "LENGTH KEY=VALUE\n", where LENGTH counts all of the record.
void TarReader::read_pax(const Header& header, Extended& extended) const {
  std::string_view text = content(header);
  while (!text.empty()) {
    size_t length = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    const auto digits = static_cast<size_t>(stop - text.data());
    if (error != std::errc() || length > text.size() || length < digits + 2 || *stop != ' ' ||
        text[length - 1] != '\n') {
      fail(header.at, "a pax header with a damaged record");
    }
    const std::string_view record = text.substr(digits + 1, length - digits - 2);
    const size_t equals = record.find('=');
    if (equals == record.npos) fail(header.at, "a pax header with a damaged record");
    const std::string_view key = record.substr(0, equals), value = record.substr(equals + 1);
    if (key == "path") extended.name = std::string(until_nul(value));
    if (key == "size") {
      uint64_t size = 0;
      const char* const end = value.data() + value.size();
      const auto parsed = std::from_chars(value.data(), end, size);
      if (value.empty() || parsed.ec != std::errc() || parsed.ptr != end || size > kMaxSize)
        fail(header.at, "a pax header whose size is no number");
      extended.size = size;
    }
    if (key.starts_with("GNU.sparse.")) fail(header.at, "a sparse file, which is not supported");
    text.remove_prefix(length);
  }
}

std::optional<TarMember> TarReader::next() {
  Extended extended;
  for (;;) {
    std::optional<Header> header = read_header();
    if (!header) return std::nullopt;
    const char type = header->type;
    const bool is_extended =
        type == 'x' || type == 'X' || type == 'g' || type == 'L' || type == 'K';
    if (!is_extended) {
      if (extended.name) header->name = *std::move(extended.name);
      if (extended.size) header->size = *extended.size;
      if (type >= '1' && type <= '6') header->size = 0;
    }
    if (type == 'S') fail(at_, "a sparse file, which is not supported");
    if (is_extended && header->size > kMaxExtendedBytes)
      fail(at_, "a header of " + std::to_string(header->size) + " bytes; at most 1 MiB is read");
    content(*header);  // is there
    if (type == 'x' || type == 'X') read_pax(*header, extended);
    if (type == 'L') extended.name = std::string(until_nul(content(*header)));
    const uint64_t begin = at_ + kTarBlock;
    const uint64_t padded = (header->size + kTarBlock - 1) / kTarBlock * kTarBlock;
    at_ = std::min<uint64_t>(begin + padded, archive_.size());
    if (is_extended) continue;
    const bool file = (type < '1' || type > '6') && !header->name.ends_with('/');
    return TarMember{std::move(header->name), begin, header->size, file};
  }
}

}  // namespace fovea
