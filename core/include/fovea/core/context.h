// SPDX-License-Identifier: Apache-2.0
// What an operation needs besides its tensors: where to run, on how many threads, and scratch
// memory.
#pragma once

#include <fovea/core/device.h>
#include <fovea/core/thread_pool.h>
#include <fovea/core/workspace.h>

#include <cstdint>
#include <memory>
#include <string_view>

namespace FOVEA_API fovea {

// exact: every value is specified to the last bit (docs/numerics.md). fast: the order of sums is
// free.
enum class Numerics : uint8_t { exact, fast };

// What the factors of products in convolutions are rounded to on a GPU with tensor cores, under
// fast numerics: tf32 has 10 bits of mantissa, bf16 has 7. Sums and results are of fp32; so are the
// weights that updates move.
enum class Precision : uint8_t { fp32, tf32, bf16 };

class Stream;

// What ops keep with a context for a library that works in its stream.
struct LibraryHandle {
  virtual ~LibraryHandle() = default;
};

struct ContextOptions {
  Device device = Device::cpu();
  int threads = 0;    // 0: all processors this process may use
  uint64_t seed = 1;  // of all random numbers
  Numerics numerics = Numerics::exact;
  Precision precision = Precision::fp32;
  int shards = 8;  // logical shards of the batch in weight gradients, 1..64 (docs/numerics.md)
};

// Not for two threads at once: give each its own. Cheap when `threads` is 1. On a GPU it owns a
// stream, into which operations put their work without waiting for it; copies of tensors wait.
class Context {
 public:
  // Throws DeviceError when the device does not exist, ArgumentError when it, or exact numerics,
  // does not go with the precision.
  explicit Context(ContextOptions options = {});
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  Device device() const { return options_.device; }
  uint64_t seed() const { return options_.seed; }
  Numerics numerics() const { return options_.numerics; }
  Precision precision() const { return options_.precision; }
  int shards() const { return options_.shards; }
  // For a batch that is not cut as others are. REQUIRES: 1..64.
  void set_shards(int shards) { options_.shards = shards; }
  int threads() const { return pool_.threads(); }
  ThreadPool& pool() { return pool_; }
  Workspace& workspace() { return workspace_; }  // on the device
  const Stream& stream() const { return *stream_; }
  // Of the one library that the device's ops use; null until one of them needs it.
  std::unique_ptr<LibraryHandle>& library_handle() { return library_handle_; }
  // Elements, in the order of the operations: copy_from() and zero() of a tensor wait, these do not
  // (Stream::copy).
  void copy(const Tensor& from, const Tensor& to) const;
  void zero(const Tensor& tensor) const;
  // Waits for all work given to the device so far. Throws DeviceError when some of it failed.
  void synchronize() const;

 private:
  ContextOptions options_;
  std::unique_ptr<Stream> stream_;
  ThreadPool pool_;
  Workspace workspace_;
  std::unique_ptr<LibraryHandle> library_handle_;  // goes before what it works in
};

}  // namespace fovea
