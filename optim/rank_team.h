// SPDX-License-Identifier: Apache-2.0
// The ranks that make a training's steps together: as much of them as is in this process.
#pragma once

#include "divergence.h"
#include "step_trace.h"
#include "train_step.h"

#include <fovea/core/comm/communicator.h>
#include <fovea/optim/communication.h>
#include <fovea/optim/team.h>
#include <fovea/optim/trace_log.h>

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace fovea {

using Communicators = std::vector<std::unique_ptr<Communicator>>;

class FOVEA_LOCAL RankTeam {
 public:
  explicit RankTeam(const Team& team) : team_(team) {}
  virtual ~RankTeam() = default;

  virtual int locals() const = 0;            // ranks of this process
  TrainStep& first() { return step_of(0); }  // of the first local rank
  virtual Context& context_of(int local) = 0;
  virtual const Net& net_of(int local) = 0;
  // Calls body(local) for each local rank, in its own thread.
  virtual void run(const std::function<void(int)>& body) = 0;

  // Gives the weights and velocities of the trainer's net to all local ranks.
  virtual void share_state() = 0;
  // The reverse, where that net is not a rank's own: weights, velocities and gradients. All
  // processes call it together.
  virtual void collect_state() {}
  // Whether the trainer's net has the weights that the last step has made.
  virtual bool has_state() const { return true; }
  virtual Sgd& optimizer() { return first().optimizer(); }  // of the trainer's net

  // As TrainStep's, for the whole batch and all ranks.
  virtual void begin(const Batch& batch, const UpdateAt& at);
  virtual StepOutcome finish(const Batch& batch, Metrics& metrics);
  virtual void recover(const Batch& batch);
  // What the step that was recovered from last came from. All processes ask together.
  virtual DivergenceOrigins origins_of_divergence(const Batch& batch) = 0;

  // Of the first local rank.
  virtual CommunicationTotals communication() const = 0;
  // Has the steps of all local ranks told to `log`, which must outlive this.
  virtual void trace(TraceLog& log);

 protected:
  using Numbers = std::vector<StepNumbers::Arrived>;  // of the local ranks

  virtual TrainStep& step_of(int local) = 0;
  virtual Communicator& communicator_of(int local) = 0;  // not for one rank alone
  // Computes one rank's part; gradients and losses become, with all ranks, those of the batch.
  virtual void compute_gradients(int local, const Batch& batch) = 0;
  // To metrics: the samples of all ranks' shares.
  virtual void add_shares(const Numbers& numbers, const Batch& batch, Metrics& metrics) = 0;

  const Team team_;

 private:
  std::vector<std::unique_ptr<StepTrace>> traces_;
};

// For a rank beside that of `ctx`.
ContextOptions context_like(const Context& ctx, Device device);
// The devices of a team's ranks in this process.
std::vector<Device> local_devices(const Context& ctx, const Team& team);
// A communicator for each local rank. Several processes on the CPU have one already, the team's,
// which is then not among `owned`.
std::vector<Communicator*> connect_team(const Context& ctx, const Team& team,
                                        std::chrono::milliseconds patience, Communicators& owned);

// The values become their sums over a team's processes, which all call it.
void add_over_processes(const Team& team, std::span<float> values);
// Whether it is so in any of them.
bool any_process(const Team& team, bool mine);

}  // namespace fovea
