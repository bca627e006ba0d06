// SPDX-License-Identifier: Apache-2.0
#include "train_ranks.h"

#include <array>
#include <utility>

namespace fovea {
namespace {

Net replica_of(const Net& net, Device device) {
  Net replica = net.clone();
  replica.move_to(device);
  return replica;
}

// One rank has nobody to wait for.
std::vector<int64_t> buckets_for(const Net& net, const Team& team, size_t bytes) {
  return team.ranks() == 1 ? std::vector<int64_t>{0} : gradient_buckets(net, bytes);
}

}  // namespace

TrainRanks::Replica::Replica(const Net& source, const Context& like_ctx, Device device,
                             const TrainOptions& options, int64_t batch,
                             const Tensor& class_weights, RankShare share,
                             const std::vector<int64_t>& buckets)
    : net(replica_of(source, device)),
      ctx(context_like(like_ctx, device)),
      step(net, ctx, options, batch, class_weights, share, buckets) {}

TrainRanks::TrainRanks(Net& net, Context& ctx, const TrainOptions& options, int64_t batch,
                       const Tensor& class_weights, const Team& team, const RankSettings& settings)
    : RankTeam(team),
      net_(net),
      ctx_(ctx),
      buckets_(buckets_for(net, team, settings.bucket_bytes)),
      first_(net, ctx, options, batch, class_weights, {team.first_rank(), team.ranks()}, buckets_),
      threads_(1 + static_cast<int>(team.others.size()), [this] { give_up(); }) {
  if (is_alone()) return;
  connect(settings, options.patience());
  for (int rank = 1; rank <= static_cast<int>(team.others.size()); rank++) {
    replicas_.push_back(
        std::make_unique<Replica>(net, ctx, team.others[static_cast<size_t>(rank - 1)], options,
                                  batch, class_weights, RankShare{rank, team.ranks()}, buckets_));
  }
  for (int local = 0; local < locals(); local++) {
    reducers_.push_back(
        std::make_unique<GradientReducer>(context_of(local), communicator_of(local),
                                          (local == 0 ? net : replica(local).net).gradients()));
  }
}

TrainRanks::~TrainRanks() {
  for (const auto& reducer : reducers_) reducer->stop();
}

void TrainRanks::connect(const RankSettings& settings, std::chrono::milliseconds patience) {
  if (!settings.connect || team_.spans_processes()) {
    links_ = connect_team(ctx_, team_, patience, communicators_);
    return;
  }
  communicators_ = settings.connect(local_devices(ctx_, team_));
  for (const auto& communicator : communicators_) links_.push_back(communicator.get());
}

void TrainRanks::give_up() {
  for (Communicator* link : links_) link->abort();
}

void TrainRanks::share_state() {
  for (const auto& replica : replicas_) {
    replica->net.values().copy_from(net_.values());
    replica->step.optimizer().velocities().copy_from(first_.optimizer().velocities());
  }
}

void TrainRanks::compute_gradients(int local, const Batch& batch) {
  TrainStep& step = step_of(local);
  GradientReducer& reducer = *reducers_[static_cast<size_t>(local)];
  step.compute_gradients(batch, [&](int64_t begin, int64_t end) { reducer.add(begin, end); });
  reducer.add_once(step.numbers().losses.rows(0, batch.size()));
  reducer.join();
}

void TrainRanks::begin(const Batch& batch, const UpdateAt& at) {
  return is_alone() ? first_.begin(batch, at) : RankTeam::begin(batch, at);
}

StepOutcome TrainRanks::finish(const Batch& batch, Metrics& metrics) {
  return is_alone() ? first_.finish(batch, metrics) : RankTeam::finish(batch, metrics);
}

void TrainRanks::recover(const Batch& batch) {
  return is_alone() ? first_.recover(batch) : RankTeam::recover(batch);
}

// Floats hold the counts of all: a batch has at most 2^24 samples.
void TrainRanks::add_shares(const Numbers& numbers, const Batch& batch, Metrics& metrics) {
  Metrics mine;
  for (int local = 0; local < locals(); local++)
    step_of(local).add_share(numbers[static_cast<size_t>(local)], batch, mine);
  std::array<float, 3> all{static_cast<float>(mine.samples), static_cast<float>(mine.top1),
                           static_cast<float>(mine.top5)};
  add_over_processes(team_, all);
  metrics.samples += static_cast<int64_t>(all[0]);
  metrics.top1 += static_cast<int64_t>(all[1]);
  metrics.top5 += static_cast<int64_t>(all[2]);
}

DivergenceOrigins TrainRanks::origins_of_divergence(const Batch& batch) {
  return origins_in(first_, batch, team_.spans_processes() ? team_.processes : nullptr);
}

CommunicationTotals TrainRanks::communication() const {
  return reducers_.empty() ? CommunicationTotals{} : reducers_[0]->totals();
}

void TrainRanks::trace(TraceLog& log) {
  RankTeam::trace(log);
  for (const auto& reducer : reducers_) reducer->trace(&log);
}

}  // namespace fovea
