// SPDX-License-Identifier: Apache-2.0
// Host memory of tensors: aligned, zero-filled, on huge pages when large.
#include <fovea/core/error.h>
#include <fovea/core/tensor.h>

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>

namespace fovea {

namespace {

constexpr size_t kHugePage = size_t{2} << 20;

size_t rounded_up(size_t bytes, size_t to) { return (bytes + to - 1) / to * to; }

// Fresh pages of the system are zero already, and are only touched when used.
std::byte* map_pages(size_t bytes) {
  // One huge page more, so that the block can start on a boundary of huge pages.
  const size_t mapped = bytes + kHugePage;
  void* start = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) return nullptr;
  auto* first = static_cast<std::byte*>(start);
  auto* aligned =
      reinterpret_cast<std::byte*>(rounded_up(reinterpret_cast<uintptr_t>(first), kHugePage));
  const auto before = static_cast<size_t>(aligned - first);
  if (before > 0) munmap(first, before);
  if (kHugePage > before) munmap(aligned + bytes, kHugePage - before);
  madvise(aligned, bytes, MADV_HUGEPAGE);
  return aligned;
}

}  // namespace

namespace {

bool is_mapped(size_t bytes) { return bytes >= kHugePage; }

size_t whole_size(size_t bytes) {
  const size_t with_slack = bytes + Storage::kSlack;
  return rounded_up(with_slack, is_mapped(bytes) ? size_t{4096} : Storage::kAlignment);
}

}  // namespace

std::shared_ptr<Storage> Storage::allocate(size_t bytes, Device device) {
  const size_t size = whole_size(bytes);
  std::byte* data = nullptr;
  if (bytes < size_t{1} << 62) {
    if (is_mapped(bytes)) {
      data = map_pages(size);
    } else {
      data = static_cast<std::byte*>(std::aligned_alloc(kAlignment, size));
      if (data) std::memset(data, 0, size);
    }
  }
  if (!data) throw SystemError("out of memory: " + std::to_string(bytes) + " bytes were asked for");
  return std::shared_ptr<Storage>(new Storage(data, bytes, device));
}

Storage::~Storage() {
  if (is_mapped(bytes_)) {
    munmap(data_, whole_size(bytes_));
  } else {
    std::free(data_);
  }
}

}  // namespace fovea
