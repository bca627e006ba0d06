// SPDX-License-Identifier: Apache-2.0
// What happens before what among the operations of streams: the order of each stream, waits for
// events, the default stream's rules, and what the host had waited for when it submitted them.
#pragma once
#include "runtime/stream.h"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace cuda_emulation {

// For each stream's number, up to which operation everything is known to be done.
using StreamClock = std::map<uint64_t, uint64_t>;

// What an operation is called in reports.
struct OperationName {
  const void* kernel = nullptr;  // or
  const char* function = nullptr;
  const void* return_address = nullptr;
  dim3 grid, block;
};

// An operation that touches memory; its blocks have the keys from first_key on.
struct KeyedOperation {
  uint32_t first_key, keys;
  uint64_t stream, position;
  OperationName name;
};

class StreamOrder {
 public:
  void submitted(const Point& operation);
  void starts(const Point& operation, const std::vector<Point>& after);
  void also_after(const std::vector<Point>& points);
  void ends(const Point& operation);
  void host_waited(const Point& point);

  // Notes that the operation running on this host thread is about to touch memory under these keys.
  void name_keys(uint32_t first_key, uint32_t keys, const OperationName& name);
  // The operations that may still be running while that one runs.
  std::vector<KeyedOperation> unordered() const;
  // Null if it is long past.
  std::unique_ptr<KeyedOperation> find(uint32_t key) const;

 private:
  StreamClock clock_at(const Point& point) const;

  mutable std::mutex mutex_;
  std::shared_ptr<const StreamClock> host_ = std::make_shared<StreamClock>();
  using Key = std::pair<uint64_t, uint64_t>;                     // stream, position
  std::map<Key, std::shared_ptr<const StreamClock>> submitted_;  // what the host knew
  std::map<Key, StreamClock> done_;
  std::deque<KeyedOperation> keyed_;
};

}  // namespace cuda_emulation
