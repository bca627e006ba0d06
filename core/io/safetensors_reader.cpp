// SPDX-License-Identifier: Apache-2.0
#include "io/posix.h"
#include "io/safetensors_checksums.h"
#include "io/safetensors_header.h"
#include "io/safetensors_types.h"
#include "printable.h"

#include <fovea/core/error.h>
#include <fovea/core/io/safetensors.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <unordered_map>
#include <utility>

namespace fovea {

static_assert(std::endian::native == std::endian::little, "the format is little-endian");

namespace {
std::string shown(const SafetensorsEntry& entry) { return detail::printable(entry.name, 100); }
}  // namespace

struct SafetensorsFile::Impl {
  explicit Impl(std::string file_path) : path(std::move(file_path)) {
    open_file();
    const uint64_t header_bytes = read_header_length();
    std::string json(header_bytes, '\0');
    read_bytes(8, std::as_writable_bytes(std::span(json)));
    data_begin = 8 + header_bytes;
    header = detail::parse_safetensors_header(path, json, file_bytes - data_begin);
    for (const SafetensorsEntry& entry : header.entries) by_name[entry.name] = &entry;
    checksums = detail::read_checksums(path, header.metadata);
  }

  [[noreturn]] void fail(const std::string& what) const { throw DataError(path + ": " + what); }

  void open_file() {
    file = detail::FileDescriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (!file.open() || fstat(file.get(), &status) != 0) {
      throw DataError("cannot read " + path + ": " + detail::system_reason(errno));
    }
    if (!S_ISREG(status.st_mode)) fail("not a regular file");
    file_bytes = static_cast<uint64_t>(status.st_size);
  }

  // Checked before anything is allocated for it.
  uint64_t read_header_length() const {
    if (file_bytes < 8)
      fail(std::to_string(file_bytes) + " bytes, 8 wanted: not a safetensors file");
    std::array<std::byte, 8> bytes{};
    read_bytes(0, bytes);
    const auto length = std::bit_cast<uint64_t>(bytes);
    if (length > detail::kMaxSafetensorsHeader) {
      fail("header length " + std::to_string(length) + " > limit " +
           std::to_string(detail::kMaxSafetensorsHeader) + ": not a safetensors file");
    }
    if (length > file_bytes - 8) {
      fail("header says " + std::to_string(length) + " bytes, file has " +
           std::to_string(file_bytes - 8) + " after the length");
    }
    if (length == 0) fail("header length 0: not a safetensors file");
    return length;
  }

  void read_bytes(uint64_t offset, std::span<std::byte> bytes) const {
    int error = 0;
    const size_t done = detail::read_at(file.get(), offset, bytes, error);
    if (error != 0) throw SystemError("cannot read " + path + ": " + detail::system_reason(error));
    if (done < bytes.size()) fail("the file ends at byte " + std::to_string(offset + done));
  }

  const SafetensorsEntry& entry(std::string_view name) const {
    const auto found = by_name.find(name);
    if (found == by_name.end()) fail("has no tensor \"" + std::string(name) + "\"");
    return *found->second;
  }

  DType dtype(const SafetensorsEntry& entry) const {
    const auto dtype = detail::safetensors_type(entry.dtype)->dtype;
    if (!dtype) {
      fail(shown(entry) + ": dtype " + entry.dtype +
           " cannot be read; F32, F64, BF16, U8 or I32 can");
    }
    return *dtype;
  }

  Shape shape(const SafetensorsEntry& entry) const {
    if (entry.extents.size() > Shape::kMaxRank) {
      fail(shown(entry) + ": more than " + std::to_string(Shape::kMaxRank) + " extents");
    }
    return Shape(std::span(entry.extents));
  }

  void read_data(const SafetensorsEntry& entry, const Tensor& tensor) const {
    const auto size = static_cast<size_t>(entry.end - entry.begin);
    read_bytes(data_begin + entry.begin, {static_cast<std::byte*>(tensor.raw()), size});
    const auto wanted = checksums.find(entry.name);
    if (wanted == checksums.end()) return;
    const std::string found = detail::checksum_of({static_cast<const char*>(tensor.raw()), size});
    if (found != wanted->second) {
      fail(shown(entry) + " is damaged, or was changed by another program: its CRC-32C is " +
           found + ", the metadata says " + detail::printable(wanted->second, 20));
    }
  }

  std::string path;
  detail::FileDescriptor file;
  uint64_t file_bytes = 0, data_begin = 0;
  detail::SafetensorsHeader header;
  std::unordered_map<std::string_view, const SafetensorsEntry*> by_name;
  std::map<std::string, std::string, std::less<>> checksums;
};

std::string SafetensorsEntry::to_string() const {
  std::string text = dtype + " [";
  for (size_t i = 0; i < extents.size(); i++)
    text += (i > 0 ? "," : "") + std::to_string(extents[i]);
  return text + "]";
}

SafetensorsFile::SafetensorsFile(std::string path)
    : impl_(std::make_unique<Impl>(std::move(path))) {}
SafetensorsFile::~SafetensorsFile() = default;
SafetensorsFile::SafetensorsFile(SafetensorsFile&&) noexcept = default;
SafetensorsFile& SafetensorsFile::operator=(SafetensorsFile&&) noexcept = default;

const std::string& SafetensorsFile::path() const { return impl_->path; }
const SafetensorsMetadata& SafetensorsFile::metadata() const { return impl_->header.metadata; }
std::span<const SafetensorsEntry> SafetensorsFile::entries() const { return impl_->header.entries; }

const SafetensorsEntry* SafetensorsFile::find(std::string_view name) const {
  const auto found = impl_->by_name.find(name);
  return found == impl_->by_name.end() ? nullptr : found->second;
}

Tensor SafetensorsFile::read(std::string_view name) const {
  const SafetensorsEntry& entry = impl_->entry(name);
  Tensor tensor(impl_->shape(entry), impl_->dtype(entry));
  impl_->read_data(entry, tensor);
  return tensor;
}

void SafetensorsFile::read_into(std::string_view name, const Tensor& tensor) const {
  const SafetensorsEntry& entry = impl_->entry(name);
  if (impl_->dtype(entry) != tensor.dtype() || impl_->shape(entry) != tensor.shape()) {
    const SafetensorsEntry wanted{
        "",
        std::string(detail::safetensors_type(tensor.dtype())->name),
        {tensor.shape().extents().begin(), tensor.shape().extents().end()},
        0,
        0};
    impl_->fail(shown(entry) + ": " + wanted.to_string() + " wanted, the file has " +
                entry.to_string());
  }
  if (tensor.device().is_cpu()) return impl_->read_data(entry, tensor);
  const Tensor here(tensor.shape(), tensor.dtype());
  impl_->read_data(entry, here);
  tensor.copy_from(here);
}

}  // namespace fovea
