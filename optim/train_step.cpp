// SPDX-License-Identifier: Apache-2.0
#include "train_step.h"

#include "divergence.h"

#include <fovea/kernels/clip.h>
#include <fovea/kernels/elementwise.h>
#include <fovea/kernels/softmax.h>

#include <algorithm>
#include <cmath>
#include <span>

namespace fovea {

bool StepOutcome::is_finite() const { return std::isfinite(loss) && std::isfinite(gradient_norm); }

TrainStep::TrainStep(Net& net, Context& ctx, const TrainOptions& options, int64_t batch,
                     Tensor class_weights, RankShare share, std::vector<int64_t> buckets)
    : net_(net),
      ctx_(ctx),
      options_(options),
      share_(share),
      sgd_(net, options.sgd()),
      execution_(Execution::training(net, ctx, execution_options(batch))),
      accumulator_(net.gradients(), options.accumulate),
      shards_(ctx.shards()),
      class_weights_(std::move(class_weights)),
      class_weights_there_(class_weights_.to(ctx.device())),
      numbers_(ctx.device(), batch),
      buckets_(std::move(buckets)) {
  execution_.split_backward(buckets_);
}

RowShare TrainStep::rows_of_part() const {
  return is_hybrid() ? RowShare{share_.rank, share_.ranks} : RowShare{};
}

ExecutionOptions TrainStep::execution_options(int64_t batch) const {
  const int64_t part = (batch + parts() - 1) / parts();
  if (!is_hybrid()) return {.batch = part};
  return {.batch = (part + share_.ranks - 1) / share_.ranks, .whole_batch = part};
}

float TrainStep::divisor_of(const Batch& batch) const {
  return loss_divisor({.class_weights = class_weights_}, batch.labels);
}

void TrainStep::begin(const Batch& batch, const UpdateAt& at) {
  compute_gradients(batch);
  judge(batch);
  update(at);
  send_numbers();
}

StepOutcome TrainStep::finish(const Batch& batch, Metrics& metrics) {
  const auto arrived = numbers_.take([](const Event& event) { event.synchronize(); });
  add_losses(arrived, batch, metrics);
  add_share(arrived, batch, metrics);
  return outcome_of(arrived, batch);
}

void TrainStep::recover(const Batch& batch) {
  compute_gradients(batch);
  resume_updates();
}

void TrainStep::compute_gradients(const Batch& batch, const BucketReady& ready) {
  take_formula(batch);
  if (share_.ranks > 1 && !share_.placed) ctx_.zero(numbers_.losses);
  const Cut cut = cut_of(batch);
  ctx_.set_shards(cut.shards);
  compute_pieces(batch, cut, ready);
  ctx_.set_shards(shards_);
}

TrainStep::Cut TrainStep::cut_of(const Batch& batch) const {
  const bool equal = is_hybrid() || batch.size() % parts() == 0;
  if (equal || ctx_.numerics() == Numerics::fast) return into_parts();
  return {parts() * shards_, first_part() * shards_, options_.accumulate * shards_, 1};
}

GradientAccumulator& TrainStep::accumulator_for(const Cut& cut) {
  if (cut.count == options_.accumulate) return accumulator_;
  if (!shard_accumulator_) shard_accumulator_.emplace(net_.gradients(), cut.count);
  return *shard_accumulator_;
}

void TrainStep::compute_pieces(const Batch& batch, const Cut& cut, const BucketReady& ready) {
  GradientAccumulator& accumulator = accumulator_for(cut);
  const float divisor = divisor_of(batch);
  for (int64_t i = 0; i < cut.count; i++) {
    const Part piece = piece_of(batch, cut.first + i, cut.pieces);
    const auto done = [&](size_t bucket) {
      const int64_t begin = buckets_[bucket];
      const int64_t end = bucket == 0 ? net_.gradients().elements() : buckets_[bucket - 1];
      accumulator.add_part(ctx_, i, begin, end);
      if (ready && i + 1 == cut.count) ready(begin, end);
    };
    if (piece.images.empty()) {  // of a batch with fewer rows than pieces
      ctx_.zero(net_.gradients());
      for (size_t bucket = 0; bucket < buckets_.size(); bucket++) done(bucket);
    } else {
      compute(piece, batch.size() * (cut.first + i) / cut.pieces, divisor, done);
    }
  }
}

void TrainStep::take_formula(const Batch& batch) {
  if (batch.formula == formula_) return;
  formula_ = batch.formula;
  execution_.set_pixels(formula_ ? PixelParams{formula_->scale, formula_->mean, formula_->deviation}
                                 : PixelParams{});
}

void TrainStep::judge(const Batch& batch) {
  sum(ctx_, numbers_.losses.rows(0, batch.size()), numbers_.loss_sum);
  sum_squares();
  halt_unless_finite(ctx_, numbers_.loss_sum, numbers_.squares, numbers_.halted);
}

// Of placed ranks: what is divided from each, what all have from the first. The host adds them up,
// also for a GPU, which is waited for.
void TrainStep::sum_squares() {
  if (!share_.placed) return sum_of_squares(ctx_, net_.gradients(), numbers_.squares);
  double mine = 0;
  for (const PlacedNet::Range& range : share_.placed->ranges()) {
    if (range.share != GradientShare::own && share_.rank > 0) continue;
    sum_of_squares(ctx_, net_.gradients().rows(range.begin, range.end), numbers_.squares);
    mine += numbers_.squares.to(Device::cpu()).data<double>()[0];
  }
  numbers_.squares.copy_from(Tensor::from<double>({1}, {mine}));
  const Tensor all({share_.ranks}, DType::f64, ctx_.device());
  share_.communicator->all_gather(ctx_, numbers_.squares, all);
  share_.communicator->wait(ctx_);
  const Tensor all_here = all.to(Device::cpu());
  double sum = 0;
  for (const double squares : all_here.span<double>()) sum += squares;
  numbers_.squares.copy_from(Tensor::from<double>({1}, {sum}));
}

StepOutcome TrainStep::outcome_of(const StepNumbers::Arrived& numbers, const Batch& batch) const {
  return {numbers.loss_sum / divisor_of(batch), std::sqrt(numbers.squares)};
}

void TrainStep::add_losses(const StepNumbers::Arrived& numbers, const Batch& batch,
                           Metrics& metrics) const {
  const double scale = static_cast<double>(batch.size()) / divisor_of(batch);
  for (const float loss : numbers.losses.first(static_cast<size_t>(batch.size())))
    metrics.loss_sum += scale * double{loss};
}

void TrainStep::add_share(const StepNumbers::Arrived& numbers, const Batch& batch,
                          Metrics& metrics) const {
  const RowShare share = share_.placed ? RowShare{} : RowShare{share_.rank, share_.ranks};
  const int64_t begin = share.begin(batch.size()), end = share.end(batch.size());
  metrics.add_ranks(
      numbers.ranks.subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin)));
}

TrainStep::Part TrainStep::piece_of(const Batch& batch, int64_t index, int64_t pieces) const {
  const int64_t first = batch.size() * index / pieces, last = batch.size() * (index + 1) / pieces;
  if (first == last) return {};
  const RowShare share = rows_of_part();
  const int64_t begin = first + share.begin(last - first), end = first + share.end(last - first);
  const auto samples = [&](int64_t from, int64_t to) {
    return std::span<const uint32_t>(batch.keys)
        .subspan(static_cast<size_t>(from), static_cast<size_t>(to - from));
  };
  const auto views = batch.formula
                         ? std::span<const int32_t>(batch.views.rows(begin, end).span<int32_t>())
                         : std::span<const int32_t>();
  return {batch.images.rows(begin, end).reshaped(net_.input_shape().with_batch(end - begin)),
          batch.labels.rows(first, last),
          {batch.epoch, samples(begin, end), views,
           is_hybrid() ? samples(first, last) : std::span<const uint32_t>()}};
}

void TrainStep::compute(const Part& part, int64_t begin, float divisor,
                        const Execution::PartDone& done) {
  const auto out =
      execution_.compute(part.images, part.labels, part.position,
                         {options_.label_smoothing, divisor, class_weights_there_}, done);
  const int64_t end = begin + part.labels.elements();
  Tensor ranks = numbers_.ranks.rows(begin, end);
  label_ranks(ctx_, out.logits, out.labels, ranks);
  ctx_.copy(out.losses, numbers_.losses.rows(begin, end));
}

void TrainStep::update(const UpdateAt& at) {
  Tensor gradients = net_.gradients();
  clip_gradients(ctx_, options_.clip, numbers_.squares, gradients);
  sgd_.set_lr(at.lr);
  sgd_.step(ctx_, at.step, at.epoch, numbers_.halted);
}

TrainStep::Origin TrainStep::origin_of_loss(const Batch& batch, bool own) {
  const int64_t first = own ? first_part() : 0;
  const int64_t end = own ? first + options_.accumulate : parts();
  const int64_t row = batch.size() * first / parts(), end_row = batch.size() * end / parts();
  const bool floats = batch.images.dtype() == DType::f32 && row < end_row;
  if (floats && !is_finite(ctx_, batch.images.rows(row, end_row)))
    return {true, kPicturesNotFinite};
  const std::string name = first_non_finite(batch, first, end);
  return {!name.empty(), origin_of_loss_text(name.empty() ? kLossItself : name)};
}

std::string TrainStep::first_non_finite(const Batch& batch, int64_t first, int64_t end) {
  const std::string parameter = first_value_not_finite(ctx_, net_);
  if (!parameter.empty()) return parameter;
  for (int64_t i = first; i < end; i++) {
    const Part part = piece_of(batch, i, parts());
    if (part.images.empty()) continue;
    if (const auto node = execution_.first_non_finite(part.images, part.position))
      return "the output of layer " + net_.nodes()[*node].name;
  }
  return "";
}

std::optional<size_t> TrainStep::first_layer_not_finite(const Batch& batch) {
  std::optional<size_t> first;
  for (int64_t i = 0; i < parts(); i++) {
    const Part part = piece_of(batch, i, parts());
    if (part.images.empty()) continue;
    const auto node = execution_.first_non_finite(part.images, part.position);
    if (!node) continue;
    const auto index = static_cast<size_t>(net_.nodes()[*node].index);
    first = std::min(first.value_or(index), index);
  }
  return first;
}

std::string TrainStep::origin_of_gradients() { return last_gradient_not_finite(ctx_, net_); }

size_t TrainStep::planned_bytes() const {
  const size_t rounded = net_.rounded() ? net_.rounded()->values().bytes() : 0;
  return 3 * net_.values().bytes() + rounded + execution_.arena_bytes() +
         execution_.workspace_bytes() + accumulator_.bytes();
}

}  // namespace fovea
