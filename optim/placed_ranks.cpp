// SPDX-License-Identifier: Apache-2.0
#include "placed_ranks.h"

#include "gradient_reducer.h"
#include "place_net.h"

#include <fovea/core/comm/launch.h>
#include <fovea/core/error.h>

#include <algorithm>
#include <string>

namespace fovea {
namespace {

PlacedNet moved_to(PlacedNet placed, Device device) {
  placed.net().move_to(device);
  return placed;
}

}  // namespace

PlacedRanks::Rank::Rank(const Net& whole, Context* first_ctx, const Context& like, Device device,
                        const TrainOptions& options, int64_t batch, const Tensor& class_weights,
                        const RankPlace& place)
    : own_ctx(first_ctx ? nullptr : std::make_unique<Context>(context_like(like, device))),
      given_ctx(first_ctx),
      placed(moved_to(place_net(whole, options.placement, place), device)),
      step(placed.net(), ctx(), options, batch, class_weights,
           {place.rank, place.ranks, &placed, place.communicator}) {
  const bool adds = placed.has(GradientShare::partial) && options.numerics == Numerics::exact;
  if (adds) received = Tensor(placed.net().values().shape(), DType::f32, device);
}

PlacedRanks::PlacedRanks(Net& net, Context& ctx, const TrainOptions& options, int64_t batch,
                         const Tensor& class_weights, const Team& team)
    : RankTeam(team),
      net_(net),
      state_(net, options.sgd()),
      links_(connect_team(ctx, team, options.patience(), communicators_)),
      threads_(1 + static_cast<int>(team.others.size()), [this] {
        for (Communicator* link : links_) link->abort();
      }) {
  for (Communicator* link : links_) timed_.push_back(std::make_unique<TimedCommunicator>(*link));
  const std::vector<Device> devices = local_devices(ctx, team);
  const bool in_order = options.numerics == Numerics::exact && ctx.device().is_cpu();
  for (int local = 0; local < static_cast<int>(devices.size()); local++) {
    const RankPlace place{team.first_rank() + local, team.ranks(), &communicator_of(local),
                          in_order};
    ranks_.push_back(std::make_unique<Rank>(net, local == 0 ? &ctx : nullptr, ctx,
                                            devices[static_cast<size_t>(local)], options, batch,
                                            class_weights, place));
  }
}

PlacedRanks::~PlacedRanks() = default;

void PlacedRanks::share_state() {
  for (const auto& rank : ranks_) {
    rank->placed.take(net_.values(), rank->placed.net().values());
    rank->placed.take(state_.velocities(), rank->step.optimizer().velocities());
  }
}

void PlacedRanks::collect_state() {
  if (has_state_) return;
  const Tensor& gradients = net_.gradients();  // made by one thread
  threads_.run([&](int local) {
    Rank& mine = rank(local);
    const auto collect = [&](const Tensor& from, const Tensor& to) {
      mine.placed.collect(mine.ctx(), from, local == 0 ? to : Tensor());
    };
    collect(mine.placed.net().values(), net_.values());
    collect(mine.step.optimizer().velocities(), state_.velocities());
    collect(mine.placed.net().gradients(), gradients);
  });
  has_state_ = true;
}

void PlacedRanks::compute_gradients(int local, const Batch& batch) {
  Rank& mine = rank(local);
  mine.step.compute_gradients(batch);
  const Tensor& gradients = mine.placed.net().gradients();
  for (const PlacedNet::Range& range : mine.placed.ranges()) {
    if (range.share != GradientShare::partial) continue;
    Tensor values = gradients.rows(range.begin, range.end);
    add_over_ranks(mine.ctx(), communicator_of(local), values,
                   mine.received ? mine.received.rows(range.begin, range.end) : Tensor());
  }
}

void PlacedRanks::begin(const Batch& batch, const UpdateAt& at) {
  has_state_ = false;
  const TimedCommunicator& mine = *timed_[0];
  const int64_t sent = mine.bytes_sent();
  const double seconds = mine.seconds();
  RankTeam::begin(batch, at);
  in_steps_.bytes += mine.bytes_sent() - sent;
  if (!rank(0).ctx().device().is_cpu()) return;  // a GPU is not waited for
  in_steps_.seconds += mine.seconds() - seconds;
  in_steps_.exposed = in_steps_.seconds;
}

// All ranks have the numbers of all.
void PlacedRanks::add_shares(const Numbers& numbers, const Batch& batch, Metrics& metrics) {
  first().add_share(numbers[0], batch, metrics);
}

DivergenceOrigins PlacedRanks::origins_of_divergence(const Batch& batch) {
  collect_state();
  return {[this, &batch] { return origin_of_loss(batch); },
          [this] { return last_gradient_not_finite(rank(0).ctx(), net_); }};
}

std::string PlacedRanks::origin_of_loss(const Batch& batch) {
  Context& ctx = rank(0).ctx();
  if (batch.images.dtype() == DType::f32 && !is_finite(ctx, batch.images))
    return kPicturesNotFinite;
  const std::string parameter = first_value_not_finite(ctx, net_);
  return origin_of_loss_text(parameter.empty() ? first_layer_not_finite(batch) : parameter);
}

std::string PlacedRanks::first_layer_not_finite(const Batch& batch) {
  std::vector<std::optional<size_t>> found(ranks_.size());
  threads_.run([&](int local) {
    found[static_cast<size_t>(local)] = rank(local).step.first_layer_not_finite(batch);
  });
  size_t first = net_.nodes().size();
  for (const auto& layer : found) first = std::min(first, layer.value_or(first));
  if (team_.spans_processes()) {
    for (const std::string& text : gather_text(*team_.processes, std::to_string(first)))
      first = std::min(first, static_cast<size_t>(std::stoul(text)));
  }
  return first < net_.nodes().size() ? "the output of layer " + net_.nodes()[first].name
                                     : std::string(kLossItself);
}

}  // namespace fovea
