// SPDX-License-Identifier: Apache-2.0
#include "idx_file.h"

#include "describe_bytes.h"
#include "file_reader.h"

#include <fovea/core/error.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <new>

namespace fovea::detail {

namespace {

constexpr uint32_t kUnsignedByte = 0x800;        // the type's place in the magic number
constexpr int64_t kMaxPixels = 100'000'000;      // of one image
constexpr size_t kFirstPiece = size_t{1} << 20;  // of unpacked content; doubles from there

std::string hex(uint32_t value) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text;
  for (; value != 0 || text.empty(); value >>= 4) text.insert(text.begin(), kDigits[value & 15]);
  return "0x" + text;
}

uint32_t big_endian(std::span<const uint8_t, 4> bytes) {
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | bytes[3];
}

const char* element_type(uint32_t code) {
  switch (code) {
    case 0x08:
      return "unsigned bytes";
    case 0x09:
      return "signed bytes";
    case 0x0b:
      return "16-bit integers";
    case 0x0c:
      return "32-bit integers";
    case 0x0d:
      return "32-bit floats";
    case 0x0e:
      return "64-bit floats";
    default:
      return nullptr;
  }
}

uint32_t read_word(FileReader& reader, int64_t offset, int64_t header_bytes) {
  std::array<uint8_t, 4> bytes{};
  const size_t got = reader.read(bytes);
  if (got < bytes.size()) {
    reader.fail("has " + std::to_string(offset + static_cast<int64_t>(got)) +
                " bytes; the header alone needs " + std::to_string(header_bytes));
  }
  return big_endian(bytes);
}

void check_magic(const FileReader& reader, uint32_t magic, uint32_t wanted) {
  if (magic == wanted) return;
  const std::string wants = hex(wanted) + (wanted == 0x803 ? " (images)" : " (labels)") + " wanted";
  if (magic == 0x801) reader.fail("magic 0x801 is a label file, " + wants);
  if (magic == 0x803) reader.fail("magic 0x803 is an image file, " + wants);
  const char* type = magic >> 16 == 0 ? element_type(magic >> 8) : nullptr;
  if (type != nullptr) {
    reader.fail("magic " + hex(magic) + " is an idx file of " + type + " with " +
                std::to_string(magic & 0xff) + " axes, " + wants);
  }
  const std::array<uint8_t, 4> start = {
      static_cast<uint8_t>(magic >> 24), static_cast<uint8_t>(magic >> 16),
      static_cast<uint8_t>(magic >> 8), static_cast<uint8_t>(magic)};
  reader.fail("is not an idx file: " + describe_bytes(start) + " in place of magic " + wants);
}

void check_extents(const FileReader& reader, const std::vector<int64_t>& extents) {
  if (extents[0] == 0) reader.fail("holds 0 samples (byte 4)");
  if (extents.size() == 1) return;
  const int64_t h = extents[1], w = extents[2];
  if (h == 0 || w == 0 || h > kMaxPixels / w) {
    reader.fail("images of " + std::to_string(h) + "x" + std::to_string(w) +
                " pixels (bytes 8 and 12); 1 to " + std::to_string(kMaxPixels) +
                " pixels are possible");
  }
}

[[noreturn]] void fail_too_short(const FileReader& reader, uint64_t needs, uint64_t has) {
  const std::string unpacked = reader.gzip() ? " after unpacking" : "";
  reader.fail("needs " + std::to_string(needs) + " bytes, has " + std::to_string(has) + unpacked);
}

std::vector<uint8_t> read_elements(FileReader& reader, uint64_t count, uint64_t header_bytes) {
  const uint64_t needs = header_bytes + count;
  if (needs > reader.size_limit()) {
    if (!reader.gzip()) fail_too_short(reader, needs, reader.size_limit());
    reader.fail("needs " + std::to_string(needs) +
                " bytes, but a gzip file of this size holds at most " +
                std::to_string(reader.size_limit()));
  }
  std::vector<uint8_t> elements;
  while (elements.size() < count) {
    const size_t begin = elements.size();
    const size_t end =
        std::min<uint64_t>(count, reader.gzip() ? std::max(kFirstPiece, 2 * begin) : count);
    elements.reserve(end);
    elements.resize(end);
    const size_t got = reader.read(std::span(elements).subspan(begin));
    if (got < end - begin) fail_too_short(reader, needs, header_bytes + begin + got);
  }
  std::array<uint8_t, 1> more{};
  if (reader.read(more) != 0) {
    const std::string has = reader.gzip() ? "more" : std::to_string(reader.size_limit());
    reader.fail("needs " + std::to_string(needs) + " bytes, has " + has + ": trailing bytes");
  }
  return elements;
}

IdxFile read_idx(const std::string& path, int rank) {
  FileReader reader(path);
  const int64_t header_bytes = idx_header_bytes(rank);
  check_magic(reader, read_word(reader, 0, header_bytes),
              kUnsignedByte + static_cast<uint32_t>(rank));
  IdxFile idx;
  int64_t count = 1;
  for (int axis = 0; axis < rank; axis++) {
    idx.extents.push_back(read_word(reader, 4 + 4 * axis, header_bytes));
  }
  check_extents(reader, idx.extents);
  for (const int64_t extent : idx.extents) count *= extent;  // below 2^32 * 10^8
  try {
    idx.elements =
        read_elements(reader, static_cast<uint64_t>(count), static_cast<uint64_t>(header_bytes));
  } catch (const std::bad_alloc&) {
    throw SystemError(path + ": no memory for its " + std::to_string(count) + " bytes");
  }
  return idx;
}

bool replace_last(std::string& text, const std::string& from, const std::string& to) {
  const size_t at = text.rfind(from);
  if (at == std::string::npos) return false;
  text.replace(at, from.size(), to);
  return true;
}

}  // namespace

IdxFile read_idx_images(const std::string& path) { return read_idx(path, 3); }
IdxFile read_idx_labels(const std::string& path) { return read_idx(path, 1); }

std::string idx_labels_path(const std::string& images_path) {
  const std::filesystem::path path(images_path);
  std::string name = path.filename();
  if (!replace_last(name, "images", "labels") || !replace_last(name, "idx3", "idx1")) {
    throw DataError(images_path +
                    ": where are its labels? The name has no \"images-idx3\" to put "
                    "\"labels-idx1\" for; give {\"path\": ..., \"labels\": ...}");
  }
  const std::filesystem::path same = path.parent_path() / name;
  std::error_code error;
  if (std::filesystem::exists(same, error)) return same;
  std::filesystem::path other = same;
  if (same.extension() == ".gz") {
    other.replace_extension();
  } else {
    other += ".gz";
  }
  if (std::filesystem::exists(other, error)) return other;
  throw DataError(images_path + ": its labels are missing: there is neither " + same.string() +
                  " nor " + other.filename().string());
}

}  // namespace fovea::detail
