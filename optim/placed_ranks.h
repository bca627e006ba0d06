// SPDX-License-Identifier: Apache-2.0
// A training step by ranks that have parts of a net: by columns, or hybrid. The trainer's net is
// where their parts come from and where they are collected; between two steps it is behind them,
// until somebody wants to see it.
#pragma once

#include "rank_team.h"
#include "timed_communicator.h"

#include <fovea/core/comm/rank_threads.h>
#include <fovea/layers/placement.h>

#include <memory>
#include <optional>
#include <vector>

namespace fovea {

class FOVEA_LOCAL PlacedRanks final : public RankTeam {
 public:
  // Throws ConfigError when the net cannot be divided over so many ranks.
  PlacedRanks(Net& net, Context& ctx, const TrainOptions& options, int64_t batch,
              const Tensor& class_weights, const Team& team);
  ~PlacedRanks() override;

  int locals() const override { return static_cast<int>(ranks_.size()); }
  Context& context_of(int local) override { return rank(local).ctx(); }
  const Net& net_of(int local) override { return rank(local).placed.net(); }
  void run(const std::function<void(int)>& body) override { threads_.run(body); }
  Sgd& optimizer() override { return state_; }

  void share_state() override;
  void collect_state() override;
  bool has_state() const override { return has_state_; }
  void begin(const Batch& batch, const UpdateAt& at) override;
  DivergenceOrigins origins_of_divergence(const Batch& batch) override;
  CommunicationTotals communication() const override { return in_steps_; }

 private:
  struct Rank {
    Rank(const Net& whole, Context* first_ctx, const Context& like, Device device,
         const TrainOptions& options, int64_t batch, const Tensor& class_weights,
         const RankPlace& place);
    Context& ctx() { return own_ctx ? *own_ctx : *given_ctx; }

    std::unique_ptr<Context> own_ctx;  // of ranks besides the first
    Context* given_ctx;
    PlacedNet placed;
    TrainStep step;
    Tensor received;  // of other ranks' gradients, under exact numerics
  };

  Rank& rank(int local) const { return *ranks_[static_cast<size_t>(local)]; }
  TrainStep& step_of(int local) override { return rank(local).step; }
  Communicator& communicator_of(int local) override { return *timed_[static_cast<size_t>(local)]; }
  void compute_gradients(int local, const Batch& batch) override;
  void add_shares(const Numbers& numbers, const Batch& batch, Metrics& metrics) override;
  std::string origin_of_loss(const Batch& batch);
  std::string first_layer_not_finite(const Batch& batch);  // of all ranks, in words

  Net& net_;
  Sgd state_;
  bool has_state_ = true;
  CommunicationTotals in_steps_;  // not in validation, nor for the state
  Communicators communicators_;
  std::vector<Communicator*> links_;  // of the local ranks
  std::vector<std::unique_ptr<TimedCommunicator>> timed_;
  std::vector<std::unique_ptr<Rank>> ranks_;
  RankThreads threads_;
};

}  // namespace fovea
