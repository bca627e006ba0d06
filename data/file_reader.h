// SPDX-License-Identifier: Apache-2.0
// Reads a file from its start, unpacked when its content is gzip.
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <vector>

struct z_stream_s;

namespace fovea::detail {

// Content decides, not the name. Every error is a DataError that begins with the path.
class FileReader {
 public:
  // Throws DataError unless `path` is a regular file that can be opened.
  explicit FileReader(std::string path);
  ~FileReader();
  FileReader(const FileReader&) = delete;
  FileReader& operator=(const FileReader&) = delete;

  const std::string& path() const { return path_; }
  bool gzip() const { return stream_ != nullptr; }
  // No more bytes than this can come out: the file's size, or for gzip 1032 times as much, which is
  // the most that deflate can pack.
  uint64_t size_limit() const { return gzip() ? file_size_ * 1032 : file_size_; }

  // Fills `out` from the front and returns how much was left to fill it with. Throws DataError when
  // the gzip stream is damaged or cut off.
  size_t read(std::span<uint8_t> out);

  // A DataError about this file.
  [[noreturn]] void fail(const std::string& what) const;

 private:
  size_t read_file(std::span<uint8_t> out);
  size_t unpack(std::span<uint8_t> out);
  bool refill();  // more packed bytes; false at the end of the file
  bool start_next_member();

  std::string path_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
  uint64_t file_size_ = 0;
  uint64_t unpacked_ = 0;
  std::unique_ptr<z_stream_s> stream_;
  bool stream_ended_ = false;
  std::array<uint8_t, 65536> packed_;
};

// Sets `bytes` to the whole content of a file; memory that it has is used again. Throws DataError,
// before reading it, when that is more than `limit` bytes; SystemError when there is no memory for
// it.
void read_bytes(const std::string& path, uint64_t limit, std::vector<uint8_t>& bytes);

// The same as a new vector; a file that is gzip is a DataError.
std::vector<uint8_t> read_whole_file(const std::string& path, uint64_t limit);

}  // namespace fovea::detail
