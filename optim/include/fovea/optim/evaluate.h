// SPDX-License-Identifier: Apache-2.0
// A net's loss and accuracy on a data set.
#pragma once

#include <fovea/core/comm/communicator.h>
#include <fovea/data/batch_source.h>
#include <fovea/layers/execution.h>
#include <fovea/optim/metrics.h>

#include <cstdint>
#include <span>

namespace FOVEA_API fovea {

// Throws ConfigError, which says what to change, when the net does not take the pictures of
// `source` or has fewer outputs than it has classes. `what` is what the data is for: "training".
void check_fit(const Net& net, const BatchSource& source, const char* what);

// With how many channels picture files are read for a net: 1 or 3.
int64_t picture_channels(const Net& net);

// A part of a batch that has been evaluated; views on the host that hold until the observer
// returns.
struct EvaluatedBatch {
  const Tensor& images;                   // f32 (n, h, w, c), as the source gives them
  const Tensor& labels;                   // i32 (n)
  const Tensor& logits;                   // f32 (n, classes)
  const Tensor& losses;                   // f32 (n)
  std::span<const uint32_t> samples;      // index of each row's sample in its data set
  bool scores_are_probabilities = false;  // in `logits`
};

class EvaluationObserver {
 public:
  virtual ~EvaluationObserver() = default;
  virtual void on_batch(const EvaluatedBatch& /*batch*/) {}
  // Asked between batches: true ends the evaluation.
  virtual bool should_stop() { return false; }
};

// One epoch of `source`, from its start, or up to where `observer`, which may be null, stops it:
// the metrics then have fewer samples than the source. `execution` may be planned for inference
// only. `processes`: of host tensors, when several share the work, each with its share of every
// batch from its source (LoaderOptions::share): their observers see their own rows, and all get the
// metrics of all.
Metrics evaluate(Execution& execution, Context& ctx, BatchSource& source,
                 EvaluationObserver* observer = nullptr, Communicator* processes = nullptr);

}  // namespace fovea
