// SPDX-License-Identifier: Apache-2.0
// What checked programs link in addition: the execution and the runtime tell it what happens.
#pragma once
#include "cuda_emulation/qualifiers.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cuda_emulation {

struct Launch;
class ThreadBlock;
struct Point;
struct Allocation;

enum class Access { read, write, atomic };

// A rectangle of memory that an operation of the runtime reads or writes.
struct Extent {
  const void* first;
  size_t pitch, width, height;  // bytes, rows
};

// A call of the runtime, for reports.
struct ApiCall {
  const char* function;
  const void* return_address;
};

class Checker {
 public:
  virtual ~Checker() = default;

  // Execution.
  virtual void launch_starts(const Launch& launch) = 0;
  virtual void launch_ends(const Launch& launch) = 0;
  virtual void block_starts(ThreadBlock& block) = 0;
  virtual void block_ends(ThreadBlock& block) = 0;
  virtual void barrier_passed() = 0;
  virtual void warp_ordered(int warp, uint32_t mask) = 0;
  virtual void fence() = 0;
  // An access that the execution makes for the running thread.
  virtual void access(const void* address, size_t bytes, Access kind, const void* pc) = 0;
  virtual void async_copy_issued(const void* shared, size_t bytes, const void* pc) = 0;
  virtual void async_copy_made(const void* shared, size_t bytes) = 0;
  // Whether it knew what to do about an access that the hardware refused.
  virtual bool handles_fault(const void* address, const void* pc) = 0;

  // Operations of streams, and what the host knows of them.
  virtual void submitted(const Point& operation) = 0;
  virtual void starts(const Point& operation, const std::vector<Point>& after) = 0;
  virtual void ends(const Point& operation) = 0;
  virtual void also_after(const std::vector<Point>& points) = 0;  // of the running operation
  virtual void host_waited(const Point& point) = 0;

  // What the running operation does to memory beside launching a kernel.
  virtual void reads(const Extent& extent, const ApiCall& call) = 0;
  virtual void writes(const Extent& extent, const ApiCall& call) = 0;
  virtual void copies(const Extent& to, const Extent& from, const ApiCall& call) = 0;
  virtual void allocates(Allocation& allocation, const ApiCall& call) = 0;
  virtual void frees(Allocation& allocation, const ApiCall& call) = 0;
  // A submitted operation will use pinned memory, which the host must leave alone until it has
  // waited.
  virtual void host_memory_lent(const Extent& extent, Access use, const Point& until,
                                const ApiCall& call) = 0;
  // An operation that runs now uses pinned memory, between these two.
  virtual void opens_host_memory() = 0;
  virtual void closes_host_memory() = 0;
};

namespace detail {
extern Checker* installed_checker;
}

// Null in programs that are not checked.
inline Checker* checker() { return detail::installed_checker; }

}  // namespace cuda_emulation
