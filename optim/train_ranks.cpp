// SPDX-License-Identifier: Apache-2.0
#include "train_ranks.h"

#include "divergence.h"

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
    : net_(net),
      ctx_(ctx),
      team_(team),
      buckets_(buckets_for(net, team, settings.bucket_bytes)),
      first_(net, ctx, options, batch, class_weights, {team.first_rank(), team.ranks()}, buckets_),
      counts_({3}),
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
  if (is_alone()) return first_.begin(batch, at);
  threads_.run([&](int local) {
    TrainStep& step = step_of(local);
    compute_gradients(local, batch);
    step.judge(batch);
    step.update(at);
    step.send_numbers();
  });
}

StepOutcome TrainRanks::finish(const Batch& batch, Metrics& metrics) {
  if (is_alone()) return first_.finish(batch, metrics);
  std::vector<StepNumbers::Arrived> numbers(static_cast<size_t>(locals()));
  threads_.run([&](int local) {
    numbers[static_cast<size_t>(local)] = step_of(local).numbers().take(
        [&](const Event& event) { communicator_of(local).wait(event); });
  });
  first_.add_losses(numbers[0], batch, metrics);  // all ranks have those of all
  Metrics counts;
  for (int local = 0; local < locals(); local++)
    step_of(local).add_share(numbers[static_cast<size_t>(local)], batch, counts);
  add_over_processes(counts);
  metrics.samples += counts.samples;
  metrics.top1 += counts.top1;
  metrics.top5 += counts.top5;
  return first_.outcome_of(numbers[0], batch);
}

// Floats hold them: a batch has at most 2^24 samples.
void TrainRanks::add_over_processes(Metrics& counts) {
  if (!team_.spans_processes()) return;
  float* const all = counts_.data<float>();
  const std::array<int64_t*, 3> fields{&counts.samples, &counts.top1, &counts.top5};
  for (size_t i = 0; i < fields.size(); i++) all[i] = static_cast<float>(*fields[i]);
  Context host({.threads = 1});
  team_.processes->all_reduce(host, counts_);
  for (size_t i = 0; i < fields.size(); i++) *fields[i] = static_cast<int64_t>(all[i]);
}

void TrainRanks::recover(const Batch& batch) {
  if (is_alone()) return first_.recover(batch);
  threads_.run([&](int local) {
    compute_gradients(local, batch);
    step_of(local).resume_updates();
    communicator_of(local).wait(context_of(local));
  });
}

void TrainRanks::throw_diverged(const Batch& batch, const StepOutcome& outcome, int64_t steps_done,
                                std::optional<float> last_loss) {
  fovea::throw_diverged(first_, batch, outcome, steps_done, last_loss,
                        team_.spans_processes() ? team_.processes : nullptr);
}

CommunicationTotals TrainRanks::communication() const {
  return reducers_.empty() ? CommunicationTotals{} : reducers_[0]->totals();
}

void TrainRanks::trace(TraceLog& log) {
  for (int local = 0; local < locals(); local++) {
    traces_.push_back(
        std::make_unique<StepTrace>(step_of(local).execution(), log, team_.first_rank() + local));
    if (!is_alone()) reducers_[static_cast<size_t>(local)]->trace(&log);
  }
}

}  // namespace fovea
