// SPDX-License-Identifier: Apache-2.0
// A training step by all ranks of a team: each has a replica of the net and computes its share of
// the batch, the gradients are added over the ranks, and all make the same update. The ranks of
// this process are here; of other processes only what they say.
#pragma once

#include "gradient_reducer.h"
#include "rank_team.h"
#include "rank_threads.h"
#include "step_trace.h"
#include "train_step.h"

#include <fovea/core/comm/communicator.h>
#include <fovea/optim/team.h>

#include <functional>
#include <memory>
#include <optional>
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

  int locals() const override {
    return 1 + static_cast<int>(replicas_.size());
  }  // ranks of this process
  // The first local one's, whose gradients and weights are those of all between two steps.
  TrainStep& first() override { return first_; }
  Context& context_of(int local) override { return local == 0 ? ctx_ : replica(local).ctx; }
  const Net& net_of(int local) override { return local == 0 ? net_ : replica(local).net; }
  // Calls body(local) for each local rank, in its own thread.
  void run(const std::function<void(int)>& body) override { threads_.run(body); }

  // Gives the weights and velocities of the first local rank to the other ones.
  void share_state() override;
  // As TrainStep's, for the whole batch and all ranks.
  void begin(const Batch& batch, const UpdateAt& at) override;
  StepOutcome finish(const Batch& batch, Metrics& metrics) override;
  void recover(const Batch& batch) override;
  [[noreturn]] void throw_diverged(const Batch& batch, const StepOutcome& outcome,
                                   int64_t steps_done, std::optional<float> last_loss) override;

  // Of the first local rank.
  CommunicationTotals communication() const override;
  // Has the steps of all local ranks told to `log`, which must outlive this.
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
  TrainStep& step_of(int local) { return local == 0 ? first_ : replica(local).step; }
  Replica& replica(int local) { return *replicas_[static_cast<size_t>(local - 1)]; }
  Communicator& communicator_of(int local) { return *links_[static_cast<size_t>(local)]; }
  void connect(const RankSettings& settings, std::chrono::milliseconds patience);
  void give_up();
  // Computes one rank's share; gradients and losses become, with all ranks, those of the batch.
  void compute_gradients(int local, const Batch& batch);
  // What the processes count becomes the count of all.
  void add_over_processes(Metrics& counts);

  Net& net_;
  Context& ctx_;
  Team team_;
  std::vector<int64_t> buckets_;
  TrainStep first_;
  std::vector<std::unique_ptr<Replica>> replicas_;
  // All below are empty for one rank alone. Communicators end what is in the reducers' streams when
  // ranks have failed, so they go first.
  std::vector<std::unique_ptr<GradientReducer>> reducers_;
  Communicators communicators_;       // that are this object's own
  std::vector<Communicator*> links_;  // of the local ranks
  Tensor counts_;                     // on the host
  std::vector<std::unique_ptr<StepTrace>> traces_;
  RankThreads threads_;
};

}  // namespace fovea
