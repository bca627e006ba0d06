// SPDX-License-Identifier: Apache-2.0
// The host as a device: memory is aligned, zero-filled, and on huge pages when large.
#include <fovea/core/error.h>
#include <fovea/core/runtime/device_runtime.h>
#include <fovea/core/tensor.h>

#include <sys/mman.h>
#include <unistd.h>

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

bool is_mapped(size_t bytes) { return bytes >= kHugePage; }

size_t whole_size(size_t bytes) {
  const size_t with_slack = bytes + Storage::kSlack;
  return rounded_up(with_slack, is_mapped(bytes) ? size_t{4096} : Storage::kAlignment);
}

class HostRuntime final : public DeviceRuntime {
 public:
  bool emulated() const override { return false; }
  int device_count() const override { return 1; }
  RuntimeVersions versions() const override { return {}; }
  std::string architectures() const override { return ""; }

  DeviceProperties properties(int device) const override {
    require(device);
    const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    return {.name = "host",
            .memory = static_cast<size_t>(sysconf(_SC_PHYS_PAGES)) * page,
            .free = static_cast<size_t>(sysconf(_SC_AVPHYS_PAGES)) * page};
  }

  void require(int device) const override {
    if (device != 0) throw DeviceError("device cpu:" + std::to_string(device) + " does not exist");
  }

  std::byte* allocate(int, size_t bytes) const override {
    const size_t size = whole_size(bytes);
    std::byte* data = nullptr;
    if (bytes < size_t{1} << 62) {
      if (is_mapped(bytes)) {
        data = map_pages(size);
      } else {
        data = static_cast<std::byte*>(std::aligned_alloc(Storage::kAlignment, size));
        if (data) std::memset(data, 0, size);
      }
    }
    if (!data) {
      throw SystemError("out of memory: " + std::to_string(bytes) + " bytes were asked for");
    }
    return data;
  }

  void release(int, std::byte* memory, size_t bytes) const noexcept override {
    if (is_mapped(bytes)) {
      munmap(memory, whole_size(bytes));
    } else {
      std::free(memory);
    }
  }

  std::byte* allocate_pinned(int device, size_t bytes) const override {
    return allocate(device, bytes);
  }
  void release_pinned(int, std::byte* memory) const noexcept override { std::free(memory); }

  void fill(int, void* memory, uint8_t value, size_t bytes) const override {
    std::memset(memory, value, bytes);
  }
  void copy(Device, void* to, Device, const void* from, size_t bytes) const override {
    std::memmove(to, from, bytes);
  }

  // Everything is done when its call returns.
  StreamHandle create_stream(int) const override { return nullptr; }
  void destroy_stream(int, StreamHandle) const noexcept override {}
  void synchronize(int, StreamHandle) const override {}
  void enqueue_copy(int, StreamHandle, void* to, const void* from, size_t bytes) const override {
    std::memmove(to, from, bytes);
  }
  void enqueue_fill(int, StreamHandle, void* memory, uint8_t value, size_t bytes) const override {
    std::memset(memory, value, bytes);
  }
  EventHandle create_event(int) const override { return nullptr; }
  void destroy_event(int, EventHandle) const noexcept override {}
  void record_event(int, EventHandle, StreamHandle) const override {}
  bool is_done(int, EventHandle) const override { return true; }
  void wait_for_event(int, EventHandle) const override {}
  void enqueue_wait(int, StreamHandle, EventHandle) const override {}
  void begin_capture(int, StreamHandle) const override {}
  GraphHandle end_capture(int, StreamHandle) const override { return nullptr; }
  void launch_graph(int, GraphHandle, StreamHandle) const override {}
  void destroy_graph(int, GraphHandle) const noexcept override {}
};

}  // namespace

const DeviceRuntime& host_runtime() {
  static const HostRuntime runtime;
  return runtime;
}

}  // namespace fovea
