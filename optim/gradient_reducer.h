// SPDX-License-Identifier: Apache-2.0
// One rank's part in adding gradients over all ranks: bucket by bucket, beside what makes them: in
// a stream of its own on a GPU, in a thread of its own on the CPU.
#pragma once

#include "reduction_thread.h"

#include <fovea/core/comm/communicator.h>
#include <fovea/core/context.h>
#include <fovea/core/runtime/event.h>
#include <fovea/layers/net.h>
#include <fovea/optim/communication.h>
#include <fovea/optim/trace_log.h>

#include <optional>
#include <vector>

namespace fovea {

// Of gradients that are added over the ranks together: enough for a link's full speed, and little
// enough for the last ones, which nothing hides.
inline constexpr size_t kBucketBytes = size_t{16} << 20;

// Where buckets of at least `bytes` (but for the last one) begin in net.gradients(), from the last
// layers to the first; all parameters of a layer are in one.
std::vector<int64_t> gradient_buckets(const Net& net, size_t bytes);

// values = the sum over the ranks: as the communicator adds when `received` is empty, else, with as
// much room there, in the tree of docs/numerics.md.
void add_over_ranks(Context& ctx, Communicator& communicator, Tensor& values,
                    const Tensor& received);

class FOVEA_LOCAL GradientReducer {
 public:
  // `ctx`, whose stream makes the gradients, and the communicator must outlive its use. Under exact
  // numerics ranks are added in the tree of docs/numerics.md, else as the communicator does.
  GradientReducer(const Context& ctx, Communicator& communicator, const Tensor& gradients);

  // Adds elements [begin, end), which are complete when the context's stream has done what it was
  // given so far.
  void add(int64_t begin, int64_t end);
  // The same for other values, of which all but one rank's are 0: the order does not matter.
  void add_once(const Tensor& values);
  // What the context's stream is given from now on comes behind all sums.
  void join();

  // Ends the thread; the communicator may go then.
  void stop() { thread_.reset(); }
  // Of this rank so far. On a GPU, which does not wait for the host, bytes only.
  CommunicationTotals totals() const;
  // Has every sum told to `log` from now on; null: no more.
  void trace(TraceLog* log) { trace_ = log; }

 private:
  void follow();  // what ctx's stream was given so far
  void reduce(int64_t begin, int64_t end);
  // Has `sum` add something over the ranks, and counts what that takes.
  template <class Sum, class Name>
  void count(const Sum& sum, const Name& name);

  const Context& ctx_;
  Communicator& communicator_;
  Tensor gradients_, received_;  // received_: empty under fast numerics
  Event ready_, added_;
  Context beside_;
  TraceLog* trace_ = nullptr;
  int64_t sent_ = 0;                       // bytes
  double busy_ = 0, exposed_ = 0;          // seconds; on the CPU
  std::optional<ReductionThread> thread_;  // on the CPU; touches what is above
};

}  // namespace fovea
