// SPDX-License-Identifier: Apache-2.0
#include "exchange.h"

#include <fovea/core/error.h>
#include <fovea/kernels/elementwise.h>

#include <vector>

namespace fovea {
namespace {

constexpr int64_t kElementBytes = sizeof(float);

Shape with_channels(const Shape& shape, int64_t channels) {
  std::vector<int64_t> extents(shape.extents().begin(), shape.extents().end());
  extents.back() = channels;
  return Shape(std::span<const int64_t>(extents));
}

// The ranks' parts of a tensor of (n, run) each, one behind the other.
std::vector<Tensor> parts_of(const Tensor& all, int ranks, int64_t run) {
  const int64_t elements = all.elements() / ranks;
  const Tensor flat = all.reshaped({all.elements()});
  std::vector<Tensor> parts;
  for (int64_t rank = 0; rank < ranks; rank++)
    parts.push_back(
        flat.rows(rank * elements, (rank + 1) * elements).reshaped({elements / run, run}));
  return parts;
}

// (n, channels) as rows of all ranks' runs.
Tensor in_runs(const Tensor& whole, int64_t run) {
  return whole.reshaped({whole.elements() / run, run});
}

// For the parts of all ranks of (.., channels), the channels of one.
size_t parts_bytes(const Shape& part, int ranks) {
  return Workspace::padded_for<float>(static_cast<size_t>(part.elements() * ranks));
}

}  // namespace

Communicator& ExchangeLayer::communicator() const {
  if (place_.communicator) return *place_.communicator;
  throw ArgumentError("placement: the net was divided to be looked at, not to run");
}

void ExchangeLayer::gather_channels(Context& ctx, const Tensor& x, int64_t run,
                                    const Tensor& y) const {
  Workspace::Scope scope(ctx.workspace(), gather_workspace(y.shape()));
  const Tensor all = scope.take_tensor({y.elements()});
  communicator().all_gather(ctx, x, all);
  Tensor runs = in_runs(y, run * ranks());
  concat(ctx, parts_of(all, ranks(), run), runs);
}

size_t ExchangeLayer::gather_workspace(const Shape& whole) { return parts_bytes(whole, 1); }

Shape GatherChannels::output_shape(std::span<const Shape> inputs) const {
  return with_channels(inputs[0], inputs[0][-1] * ranks());
}

size_t GatherChannels::workspace(const Context& /*ctx*/, std::span<const Shape> inputs) const {
  return parts_bytes(inputs[0], ranks());
}

int64_t GatherChannels::sent(Pass pass, const Shape& x) const {
  if (pass == Pass::backward && gradient_ == GradientIs::whole) return 0;
  return gather_traffic(x.elements() * kElementBytes * ranks(), ranks());
}

void GatherChannels::forward(Context& ctx, const ForwardArgs& args) const {
  gather_channels(ctx, args.inputs[0], run_, args.output);
}

void GatherChannels::backward(Context& ctx, const BackwardArgs& args) const {
  Tensor& dx = args.input_gradients[0];
  if (dx.empty()) return;
  Workspace::Scope scope(ctx.workspace(), parts_bytes(dx.shape(), ranks()));
  const Tensor all = scope.take_tensor({dx.elements() * ranks()});
  std::vector<Tensor> parts = parts_of(all, ranks(), run_);
  if (gradient_ == GradientIs::whole) parts[static_cast<size_t>(rank())] = in_runs(dx, run_);
  split(ctx, in_runs(args.output_gradient, run_ * ranks()), parts);
  if (gradient_ == GradientIs::sum) communicator().reduce_scatter(ctx, all, dx);
}

Shape TakeChannels::output_shape(std::span<const Shape> inputs) const {
  return with_channels(inputs[0], inputs[0][-1] / ranks());
}

size_t TakeChannels::workspace(const Context& /*ctx*/, std::span<const Shape> inputs) const {
  return parts_bytes(output_shape(inputs), ranks());
}

int64_t TakeChannels::sent(Pass pass, const Shape& x) const {
  return pass == Pass::forward ? 0 : gather_traffic(x.elements() * kElementBytes, ranks());
}

void TakeChannels::forward(Context& ctx, const ForwardArgs& args) const {
  const int64_t run = args.output.shape()[-1];
  Workspace::Scope scope(ctx.workspace(), parts_bytes(args.output.shape(), ranks()));
  const Tensor all = scope.take_tensor({args.inputs[0].elements()});
  std::vector<Tensor> parts = parts_of(all, ranks(), run);
  parts[static_cast<size_t>(rank())] = in_runs(args.output, run);
  split(ctx, in_runs(args.inputs[0], run * ranks()), parts);
}

void TakeChannels::backward(Context& ctx, const BackwardArgs& args) const {
  const Tensor& dy = args.output_gradient;
  if (args.input_gradients[0].empty()) return;
  const int64_t run = dy.shape()[-1];
  Workspace::Scope scope(ctx.workspace(), parts_bytes(dy.shape(), ranks()));
  const Tensor all = scope.take_tensor({dy.elements() * ranks()});
  communicator().all_gather(ctx, dy, all);
  Tensor dx = in_runs(args.input_gradients[0], run * ranks());
  concat(ctx, parts_of(all, ranks(), run), dx);
}

int64_t SumGradients::sent(Pass pass, const Shape& x) const {
  return pass == Pass::forward ? 0 : all_reduce_traffic(x.elements() * kElementBytes, ranks());
}

void SumGradients::forward(Context& ctx, const ForwardArgs& args) const {
  if (args.inputs[0].raw() != args.output.raw()) ctx.copy(args.inputs[0], args.output);
}

void SumGradients::backward(Context& ctx, const BackwardArgs& args) const {
  const Tensor& dx = args.input_gradients[0];
  if (dx.empty()) return;
  if (dx.raw() != args.output_gradient.raw()) ctx.copy(args.output_gradient, dx);
  communicator().all_reduce(ctx, dx);
}

size_t GatherRows::workspace(const Context& /*ctx*/, std::span<const Shape> inputs) const {
  return parts_bytes(inputs[0], 1) + parts_bytes(inputs[0], ranks());
}

int64_t GatherRows::sent(Pass pass, const Shape& x) const {
  if (pass == Pass::backward && gradient_ == GradientIs::whole) return 0;
  return gather_traffic(x.elements() * kElementBytes * ranks(), ranks());
}

void GatherRows::forward(Context& ctx, const ForwardArgs& args) const {
  const Tensor &x = args.inputs[0], &y = args.output;
  const int64_t rows = y.shape()[0], most = (rows + ranks() - 1) / ranks();
  if (rows % ranks() == 0) return communicator().all_gather(ctx, x, y);
  const Shape padded = x.shape().with_batch(most);
  Workspace::Scope scope(ctx.workspace(), parts_bytes(padded, 1) + parts_bytes(padded, ranks()));
  const Tensor mine = scope.take_tensor(padded);
  const Tensor all = scope.take_tensor(padded.with_batch(most * ranks()));
  ctx.zero(mine);
  ctx.copy(x, mine.rows(0, x.shape()[0]));
  communicator().all_gather(ctx, mine, all);
  for (int r = 0; r < ranks(); r++) {
    const int64_t begin = first_row(rows, r), end = first_row(rows, r + 1);
    ctx.copy(all.rows(r * most, r * most + end - begin), y.rows(begin, end));
  }
}

void GatherRows::backward(Context& ctx, const BackwardArgs& args) const {
  const Tensor &dx = args.input_gradients[0], &dy = args.output_gradient;
  if (dx.empty()) return;
  const int64_t rows = dy.shape()[0], most = (rows + ranks() - 1) / ranks();
  if (gradient_ == GradientIs::whole)
    return ctx.copy(dy.rows(first_row(rows, rank()), first_row(rows, rank() + 1)), dx);
  if (rows % ranks() == 0) return communicator().reduce_scatter(ctx, dy, dx);
  const Shape padded = dx.shape().with_batch(most);
  Workspace::Scope scope(ctx.workspace(), parts_bytes(padded, 1) + parts_bytes(padded, ranks()));
  const Tensor mine = scope.take_tensor(padded);
  const Tensor all = scope.take_tensor(padded.with_batch(most * ranks()));
  ctx.zero(all);
  for (int r = 0; r < ranks(); r++) {
    const int64_t begin = first_row(rows, r), end = first_row(rows, r + 1);
    ctx.copy(dy.rows(begin, end), all.rows(r * most, r * most + end - begin));
  }
  communicator().reduce_scatter(ctx, all, mine);
  ctx.copy(mine.rows(0, dx.shape()[0]), dx);
}

}  // namespace fovea
