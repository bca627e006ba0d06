// SPDX-License-Identifier: Apache-2.0
// One rank's part in adding gradients over all ranks: bucket by bucket, in a stream beside the one
// that makes them, so that it goes on with the next bucket meanwhile.
#pragma once

#include <fovea/core/comm/communicator.h>
#include <fovea/core/context.h>
#include <fovea/core/runtime/event.h>
#include <fovea/layers/net.h>

#include <vector>

namespace fovea {

// Where buckets of at least `bytes` (but for the last one) begin in net.gradients(), from the last
// layers to the first; all parameters of a layer are in one.
std::vector<int64_t> gradient_buckets(const Net& net, size_t bytes);

class FOVEA_LOCAL GradientReducer {
 public:
  // `ctx`, whose stream makes the gradients, and the communicator must outlive its use. Under exact
  // numerics ranks are added in the tree of docs/numerics.md, else as the library does.
  GradientReducer(const Context& ctx, Communicator& communicator, const Tensor& gradients);

  // Adds elements [begin, end), which are complete when the context's stream has done what it was
  // given so far.
  void add(int64_t begin, int64_t end);
  // The same for other values, of which all but one rank's are 0: the order does not matter.
  void add_once(const Tensor& values);
  // What the context's stream is given from now on comes behind all sums.
  void join();

 private:
  void begin();

  const Context& ctx_;
  Communicator& communicator_;
  Tensor gradients_, received_;  // received_: empty under fast numerics
  Event ready_, added_;
  Context beside_;
};

}  // namespace fovea
