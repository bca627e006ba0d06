// SPDX-License-Identifier: Apache-2.0
#include "train_ranks.h"

namespace fovea {
namespace {

ContextOptions like(const Context& ctx, Device device) {
  return {.device = device,
          .threads = 1,
          .seed = ctx.seed(),
          .numerics = ctx.numerics(),
          .precision = ctx.precision(),
          .shards = ctx.shards()};
}

Net replica_of(const Net& net, Device device) {
  Net replica = net.clone();
  replica.move_to(device);
  return replica;
}

std::vector<Device> all_devices(const Context& ctx, std::span<const Device> others) {
  std::vector<Device> devices{ctx.device()};
  devices.insert(devices.end(), others.begin(), others.end());
  return devices;
}

// One rank has nobody to wait for.
std::vector<int64_t> buckets_for(const Net& net, std::span<const Device> others, size_t bytes) {
  return others.empty() ? std::vector<int64_t>{0} : gradient_buckets(net, bytes);
}

}  // namespace

TrainRanks::Replica::Replica(const Net& source, const Context& like_ctx, Device device,
                             const TrainOptions& options, int64_t batch,
                             const Tensor& class_weights, RankShare share,
                             const std::vector<int64_t>& buckets)
    : net(replica_of(source, device)),
      ctx(like(like_ctx, device)),
      step(net, ctx, options, batch, class_weights, share, buckets) {}

TrainRanks::TrainRanks(Net& net, Context& ctx, const TrainOptions& options, int64_t batch,
                       const Tensor& class_weights, std::span<const Device> others,
                       const RankSettings& settings)
    : net_(net),
      ctx_(ctx),
      first_(net, ctx, options, batch, class_weights, {0, 1 + static_cast<int>(others.size())},
             buckets_for(net, others, settings.bucket_bytes)) {
  if (others.empty()) return;
  const std::vector<Device> devices = all_devices(ctx, others);
  communicators_ = settings.connect(devices);
  const std::vector<int64_t> buckets = buckets_for(net, others, settings.bucket_bytes);
  const auto ranks = static_cast<int>(devices.size());
  for (int rank = 1; rank < ranks; rank++) {
    replicas_.push_back(std::make_unique<Replica>(net, ctx, devices[static_cast<size_t>(rank)],
                                                  options, batch, class_weights,
                                                  RankShare{rank, ranks}, buckets));
  }
  for (int rank = 0; rank < ranks; rank++) {
    reducers_.push_back(
        std::make_unique<GradientReducer>(context_of(rank), communicator_of(rank),
                                          (rank == 0 ? net : replica(rank).net).gradients()));
  }
  threads_.emplace(ranks, [this] {
    for (const auto& communicator : communicators_) communicator->abort();
  });
}

void TrainRanks::share_state() {
  for (const auto& replica : replicas_) {
    replica->net.values().copy_from(net_.values());
    replica->step.optimizer().velocities().copy_from(first_.optimizer().velocities());
  }
}

void TrainRanks::compute_gradients(int rank, const Batch& batch) {
  TrainStep& step = step_of(rank);
  GradientReducer& reducer = *reducers_[static_cast<size_t>(rank)];
  step.compute_gradients(batch, [&](int64_t begin, int64_t end) { reducer.add(begin, end); });
  reducer.add_once(step.numbers().losses.rows(0, batch.size()));
  reducer.join();
}

void TrainRanks::begin(const Batch& batch, const UpdateAt& at) {
  if (replicas_.empty()) return first_.begin(batch, at);
  threads_->run([&](int rank) {
    TrainStep& step = step_of(rank);
    compute_gradients(rank, batch);
    step.judge(batch);
    step.update(at);
    step.send_numbers();
  });
}

StepOutcome TrainRanks::finish(const Batch& batch, Metrics& metrics) {
  if (replicas_.empty()) return first_.finish(batch, metrics);
  std::vector<StepNumbers::Arrived> numbers(static_cast<size_t>(size()));
  threads_->run([&](int rank) {
    numbers[static_cast<size_t>(rank)] = step_of(rank).numbers().take(
        [&](const Event& event) { communicator_of(rank).wait(event); });
  });
  first_.add_losses(numbers[0], batch, metrics);  // all ranks have those of all
  for (int rank = 0; rank < size(); rank++)
    step_of(rank).add_share(numbers[static_cast<size_t>(rank)], batch, metrics);
  return first_.outcome_of(numbers[0], batch);
}

void TrainRanks::recover(const Batch& batch) {
  if (replicas_.empty()) return first_.recover(batch);
  threads_->run([&](int rank) {
    compute_gradients(rank, batch);
    step_of(rank).resume_updates();
    communicator_of(rank).wait(context_of(rank));
  });
}

}  // namespace fovea
