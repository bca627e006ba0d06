// SPDX-License-Identifier: Apache-2.0
// A training step by all ranks of a team: each has a replica of the net and computes its share of
// the batch, the gradients are added over the ranks, and all make the same update. The ranks of
// this process are here; of other processes only what they say.
#pragma once

#include "gradient_reducer.h"
#include "rank_team.h"
#include "train_step.h"

#include <fovea/core/comm/communicator.h>
#include <fovea/core/comm/rank_threads.h>
#include <fovea/optim/team.h>

#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace fovea {

struct RankSettings {
  size_t bucket_bytes = kBucketBytes;
  // In place of the usual connection between the ranks of one process.
  std::function<Communicators(std::span<const Device>)> connect = {};
};

class FOVEA_LOCAL TrainRanks final : public RankTeam {
 public:
  // The process's first rank is `net` in `ctx`; each of `team.others` gets a replica. Under exact
  // numerics the ranks together have the bits of one with as many parts more to a batch. Throws
  // ConfigError when that cannot be with so many ranks.
  TrainRanks(Net& net, Context& ctx, const TrainOptions& options, int64_t batch,
             const Tensor& class_weights, const Team& team, const RankSettings& settings = {});
  ~TrainRanks() override;

  int locals() const override { return 1 + static_cast<int>(replicas_.size()); }
  Context& context_of(int local) override { return local == 0 ? ctx_ : replica(local).ctx; }
  const Net& net_of(int local) override { return local == 0 ? net_ : replica(local).net; }
  void run(const std::function<void(int)>& body) override { threads_.run(body); }

  void share_state() override;
  void begin(const Batch& batch, const UpdateAt& at) override;
  StepOutcome finish(const Batch& batch, Metrics& metrics) override;
  void recover(const Batch& batch) override;
  DivergenceOrigins origins_of_divergence(const Batch& batch) override;

  CommunicationTotals communication() const override;
  void trace(TraceLog& log) override;

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

  bool is_alone() const { return team_.ranks() == 1; }
  TrainStep& step_of(int local) override { return local == 0 ? first_ : replica(local).step; }
  Replica& replica(int local) { return *replicas_[static_cast<size_t>(local - 1)]; }
  Communicator& communicator_of(int local) override { return *links_[static_cast<size_t>(local)]; }
  void connect(const RankSettings& settings, std::chrono::milliseconds patience);
  void give_up();
  void compute_gradients(int local, const Batch& batch) override;
  void add_shares(const Numbers& numbers, const Batch& batch, Metrics& metrics) override;

  Net& net_;
  Context& ctx_;
  std::vector<int64_t> buckets_;
  TrainStep first_;
  std::vector<std::unique_ptr<Replica>> replicas_;
  // All below are empty for one rank alone. Communicators end what is in the reducers' streams when
  // ranks have failed, so they go first.
  std::vector<std::unique_ptr<GradientReducer>> reducers_;
  Communicators communicators_;       // that are this object's own
  std::vector<Communicator*> links_;  // of the local ranks
  RankThreads threads_;
};

}  // namespace fovea
