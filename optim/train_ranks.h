// SPDX-License-Identifier: Apache-2.0
// A training step on one device or on several: each rank has a replica of the net and computes its
// share of the batch, the gradients are added over the ranks, and all make the same update.
#pragma once

#include "gradient_reducer.h"
#include "rank_threads.h"
#include "train_step.h"

#include <fovea/core/comm/communicator.h>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace fovea {

using Communicators = std::vector<std::unique_ptr<Communicator>>;

struct RankSettings {
  // Of gradients that are added over the ranks together: enough for a link's full speed, and little
  // enough for the last ones, which nothing hides.
  size_t bucket_bytes = size_t{16} << 20;
  std::function<Communicators(std::span<const Device>)> connect = [](std::span<const Device> all) {
    return connect_devices(all);
  };
};

class FOVEA_LOCAL TrainRanks {
 public:
  // Rank 0 is `net` in `ctx`; each of `others`, if there are any, a GPU as ctx's is, gets a
  // replica. Under exact numerics the ranks together have the bits of one with as many parts more
  // to a batch. Throws ConfigError when that cannot be with so many ranks.
  TrainRanks(Net& net, Context& ctx, const TrainOptions& options, int64_t batch,
             const Tensor& class_weights, std::span<const Device> others,
             const RankSettings& settings = {});

  int size() const { return 1 + static_cast<int>(replicas_.size()); }
  // Rank 0's, whose gradients and weights are those of all between two steps.
  TrainStep& first() { return first_; }

  // Gives the weights and velocities of rank 0 to all.
  void share_state();
  // As TrainStep's, for the whole batch and all ranks.
  void begin(const Batch& batch, const UpdateAt& at);
  StepOutcome finish(const Batch& batch, Metrics& metrics);
  void recover(const Batch& batch);

 private:
  // A rank besides the first.
  struct Replica {
    Replica(const Net& source, const Context& like, Device device, const TrainOptions& options,
            int64_t batch, const Tensor& class_weights, RankShare share,
            const std::vector<int64_t>& buckets);

    Net net;
    Context ctx;
    TrainStep step;
  };

  TrainStep& step_of(int rank) { return rank == 0 ? first_ : replica(rank).step; }
  Replica& replica(int rank) { return *replicas_[static_cast<size_t>(rank - 1)]; }
  Context& context_of(int rank) { return rank == 0 ? ctx_ : replica(rank).ctx; }
  Communicator& communicator_of(int rank) { return *communicators_[static_cast<size_t>(rank)]; }
  // Computes one rank's share; gradients and losses become, with all ranks, those of the batch.
  void compute_gradients(int rank, const Batch& batch);

  Net& net_;
  Context& ctx_;
  TrainStep first_;
  std::vector<std::unique_ptr<Replica>> replicas_;
  // None for one rank. They end what is in the reducers' streams when ranks have failed, so they go
  // first.
  std::vector<std::unique_ptr<GradientReducer>> reducers_;
  Communicators communicators_;
  std::optional<RankThreads> threads_;
};

// Shards of one part of a batch when `ranks` share it. Throws ConfigError when they cannot be
// equal.
int shards_of_part(const TrainOptions& options, int ranks);

}  // namespace fovea
