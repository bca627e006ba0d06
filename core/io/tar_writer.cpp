// SPDX-License-Identifier: Apache-2.0
#include "io/tar_fields.h"

#include <fovea/core/io/tar.h>

#include <algorithm>

namespace fovea {

namespace tar = detail::tar;

namespace {

constexpr uint64_t kOctalLimit = uint64_t{1} << 33;  // of eleven octal digits

void put(std::string& header, tar::Field field, std::string_view text) {
  header.replace(field.offset, std::min(field.size, text.size()), text, 0, field.size);
}

// Digits that fill the field but for a NUL.
void put_octal(std::string& header, tar::Field field, uint64_t value) {
  std::string digits(field.size - 1, '0');
  for (size_t i = digits.size(); i-- > 0; value >>= 3)
    digits[i] = static_cast<char>('0' + (value & 7));
  put(header, field, digits);
}

std::string ustar_header(std::string_view name, std::string_view prefix, uint64_t size, char type) {
  std::string header(kTarBlock, '\0');
  put(header, tar::kName, name);
  put(header, tar::kPrefix, prefix);
  put_octal(header, tar::kMode, 0444);
  put_octal(header, tar::kOwner, 0);
  put_octal(header, tar::kGroup, 0);
  put_octal(header, tar::kSize, size);
  put_octal(header, tar::kTime, 0);
  put(header, tar::kType, std::string_view(&type, 1));
  put(header, tar::kMagic, std::string(tar::kPosixMagic) + "00");
  put(header, tar::kChecksum, "        ");
  uint64_t sum = 0;
  for (const char c : header) sum += static_cast<uint8_t>(c);
  put_octal(header, {tar::kChecksum.offset, 7}, sum);
  header[tar::kChecksum.offset + 6] = '\0';
  return header;
}

// The length counts its own digits.
std::string pax_record(std::string_view key, std::string_view value) {
  const size_t rest = key.size() + value.size() + 3;
  size_t length = rest + 1;
  while (length != rest + std::to_string(length).size())
    length = rest + std::to_string(length).size();
  return std::to_string(length) + " " + std::string(key) + "=" + std::string(value) + "\n";
}

// Where a long name can be cut in prefix and name; npos when nowhere.
size_t cut_of(std::string_view name) {
  const size_t at = name.rfind('/', std::min(tar::kPrefix.size, name.size() - 1));
  const bool fits =
      at != name.npos && at > 0 && name.size() - at - 1 <= tar::kName.size && at + 1 < name.size();
  return fits ? at : name.npos;
}

}  // namespace

std::string tar_header(std::string_view name, uint64_t size) {
  const uint64_t octal_size = size < kOctalLimit ? size : 0;
  std::string records;
  if (octal_size != size) records += pax_record("size", std::to_string(size));
  size_t cut = name.npos;
  if (name.size() > tar::kName.size) {
    cut = cut_of(name);
    if (cut == name.npos) records += pax_record("path", name);
  }
  std::string bytes;
  if (!records.empty()) {
    bytes = ustar_header("././@PaxHeader", "", records.size(), 'x') + records +
            tar_padding(records.size());
  }
  return bytes + (cut == name.npos
                      ? ustar_header(name, "", octal_size, '0')
                      : ustar_header(name.substr(cut + 1), name.substr(0, cut), octal_size, '0'));
}

std::string tar_padding(uint64_t size) {
  return std::string((kTarBlock - size % kTarBlock) % kTarBlock, '\0');
}

std::string tar_end() { return std::string(2 * kTarBlock, '\0'); }

}  // namespace fovea
