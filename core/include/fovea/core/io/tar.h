// SPDX-License-Identifier: Apache-2.0
// Tar archives: POSIX ustar and pax, GNU's long names and sizes, and the old format before them.
#pragma once

#include <fovea/core/export.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace FOVEA_API fovea {

inline constexpr uint64_t kTarBlock = 512;  // headers and contents begin on multiples of it

struct TarMember {
  std::string name;
  uint64_t offset = 0, size = 0;  // of its bytes in the archive
  bool is_file = false;           // else a folder, link or device, which has no bytes
};

// Walks the headers of an archive in memory. Besides a member's name it keeps nothing.
class TarReader {
 public:
  // `name` stands for the archive in messages. `archive` must outlive the reader.
  TarReader(std::span<const uint8_t> archive, std::string name);

  // The next member; nothing at the archive's end. Throws DataError, with the byte, for what is
  // damaged, cut off or a sparse file.
  std::optional<TarMember> next();

 private:
  struct Header;
  struct Extended;

  [[noreturn]] void fail(uint64_t at, const std::string& what) const;
  std::optional<Header> read_header();
  std::string_view content(const Header& header) const;
  void read_pax(const Header& header, Extended& extended) const;

  std::span<const uint8_t> archive_;
  std::string name_;
  uint64_t at_ = 0;  // of the next header
};

// What stands before a file's bytes. A name or size that ustar has no room for gets a pax header.
// Owner, time and the like are constant: the same content gives the same archive.
std::string tar_header(std::string_view name, uint64_t size);
// What stands behind them: zeros up to the next block.
std::string tar_padding(uint64_t size);
// The end of an archive.
std::string tar_end();

}  // namespace fovea
