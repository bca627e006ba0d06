// SPDX-License-Identifier: Apache-2.0
#include "file_reader.h"

#include <fovea/core/error.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <new>
#include <system_error>

namespace fovea::detail {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail_at(const std::string& path, const std::string& what) {
  throw DataError(path + ": " + what);
}

// A regular file, opened to read.
class OpenFile {
 public:
  explicit OpenFile(const std::string& path) {
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe does not block
    if (descriptor_ < 0 && errno == ENOENT) fail_at(path, "there is no such file");
    struct stat status {};
    if (descriptor_ < 0 || fstat(descriptor_, &status) != 0) {
      const int error = errno;
      close_file();
      fail_at(path, "cannot be opened: " + std::generic_category().message(error));
    }
    size_ = static_cast<size_t>(status.st_size);
    if (S_ISREG(status.st_mode)) return;
    close_file();
    fail_at(path, S_ISDIR(status.st_mode) ? "is a folder, not a file" : "is not a regular file");
  }
  ~OpenFile() { close_file(); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  int descriptor() const { return descriptor_; }
  size_t size() const { return size_; }

 private:
  void close_file() {
    if (descriptor_ >= 0) close(descriptor_);
    descriptor_ = -1;
  }

  int descriptor_ = -1;
  size_t size_ = 0;
};

constexpr int kGzipOnly = 16 + MAX_WBITS;  // a window-bits argument: a gzip header, no zlib one

}  // namespace

FileReader::FileReader(std::string path) : path_(std::move(path)), file_(nullptr, &std::fclose) {
  std::error_code error;
  const fs::file_status status = fs::status(path_, error);
  if (status.type() == fs::file_type::not_found) fail("there is no such file");
  if (error) fail("cannot be opened: " + error.message());
  if (status.type() == fs::file_type::directory) fail("is a folder, not a file");
  if (status.type() != fs::file_type::regular) fail("is not a regular file");
  file_size_ = fs::file_size(path_, error);
  if (error) fail("cannot be opened: " + error.message());
  file_.reset(std::fopen(path_.c_str(), "rbe"));
  if (!file_) fail("cannot be opened: " + std::generic_category().message(errno));

  std::array<uint8_t, 2> start{};
  const bool packed = read_file(start) == 2 && start[0] == 0x1f && start[1] == 0x8b;
  std::rewind(file_.get());
  if (!packed) return;
  stream_ = std::make_unique<z_stream_s>();
  if (inflateInit2(stream_.get(), kGzipOnly) != Z_OK) throw std::bad_alloc();
}

FileReader::~FileReader() {
  if (stream_) inflateEnd(stream_.get());
}

void FileReader::fail(const std::string& what) const { throw DataError(path_ + ": " + what); }

size_t FileReader::read(std::span<uint8_t> out) { return gzip() ? unpack(out) : read_file(out); }

size_t FileReader::read_file(std::span<uint8_t> out) {
  const size_t got = std::fread(out.data(), 1, out.size(), file_.get());
  if (std::ferror(file_.get())) fail("cannot be read: " + std::generic_category().message(errno));
  return got;
}

bool FileReader::refill() {
  stream_->next_in = packed_.data();
  stream_->avail_in = static_cast<uInt>(read_file(packed_));
  return stream_->avail_in > 0;
}

// A gzip file is one or more members; what they hold is joined.
bool FileReader::start_next_member() {
  if (stream_->avail_in == 0 && !refill()) return false;
  if (inflateReset(stream_.get()) != Z_OK) fail("gzip: the unpacker failed");
  stream_ended_ = false;
  return true;
}

size_t FileReader::unpack(std::span<uint8_t> out) {
  size_t done = 0;
  while (done < out.size()) {
    if (stream_ended_ && !start_next_member()) break;
    if (stream_->avail_in == 0 && !refill()) {
      fail("the gzip stream is cut off: it ends at byte " + std::to_string(file_size_) +
           " of the file, after " + std::to_string(unpacked_) + " bytes of content");
    }
    const size_t wanted = std::min<size_t>(out.size() - done, 1u << 30);
    stream_->next_out = out.data() + done;
    stream_->avail_out = static_cast<uInt>(wanted);
    const int result = inflate(stream_.get(), Z_NO_FLUSH);
    const size_t got = wanted - stream_->avail_out;
    done += got;
    unpacked_ += got;
    stream_ended_ = result == Z_STREAM_END;
    if (result == Z_MEM_ERROR) throw std::bad_alloc();
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
      fail("the gzip stream is damaged after " + std::to_string(unpacked_) + " bytes of content (" +
           (stream_->msg ? stream_->msg : "preset dictionary") + ")");
    }
  }
  return done;
}

void read_bytes(const std::string& path, uint64_t limit, std::vector<uint8_t>& bytes) {
  const OpenFile file(path);
  if (file.size() > limit) {
    fail_at(path, "has " + std::to_string(file.size()) + " bytes, more than the limit of " +
                      std::to_string(limit));
  }
  try {
    bytes.resize(file.size());
  } catch (const std::bad_alloc&) {
    throw SystemError(path + ": no memory for its " + std::to_string(file.size()) + " bytes");
  }
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = read(file.descriptor(), bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail_at(path, "cannot be read: " + std::generic_category().message(errno));
    if (got == 0) break;  // it has become shorter
    done += static_cast<size_t>(got);
  }
  bytes.resize(done);
}

std::vector<uint8_t> read_whole_file(const std::string& path, uint64_t limit) {
  std::vector<uint8_t> bytes;
  read_bytes(path, limit, bytes);
  if (bytes.size() >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b)
    fail_at(path, "file is gzip; unpack it first");
  return bytes;
}

}  // namespace fovea::detail
