// SPDX-License-Identifier: Apache-2.0
#include "gradient_reducer.h"

#include <fovea/core/runtime/stream.h>
#include <fovea/kernels/elementwise.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace fovea {
namespace {

std::string_view owner_of(const Parameter& parameter) {
  return std::string_view(parameter.name).substr(0, parameter.name.rfind('.'));
}

// Neighbours first, then pairs of neighbours, and so on: what shards are added in
// (docs/numerics.md).
void add_in_tree(Context& ctx, Communicator& communicator, Tensor& values, const Tensor& theirs) {
  for (int distance = 1; distance < communicator.size(); distance *= 2) {
    communicator.exchange(ctx, communicator.rank() ^ distance, values, theirs);
    add(ctx, values, theirs, values);
  }
}

}  // namespace

std::vector<int64_t> gradient_buckets(const Net& net, size_t bytes) {
  std::vector<int64_t> begins;
  int64_t end = net.values().elements();
  const auto& all = net.parameters();
  for (size_t i = all.size(); i-- > 1;) {
    const auto begin = static_cast<int64_t>(all[i].offset);
    const bool layer_begins = owner_of(all[i - 1]) != owner_of(all[i]);
    if (!layer_begins || static_cast<size_t>(end - begin) * sizeof(float) < bytes) continue;
    begins.push_back(begin);
    end = begin;
  }
  begins.push_back(0);
  return begins;
}

void add_over_ranks(Context& ctx, Communicator& communicator, Tensor& values,
                    const Tensor& received) {
  if (received) {
    add_in_tree(ctx, communicator, values, received);
  } else {
    communicator.all_reduce(ctx, values);
  }
}

GradientReducer::GradientReducer(const Context& ctx, Communicator& communicator,
                                 const Tensor& gradients)
    : ctx_(ctx),
      communicator_(communicator),
      gradients_(gradients),
      ready_(ctx.device()),
      added_(ctx.device()),
      beside_({.device = ctx.device(), .threads = 1, .numerics = ctx.numerics()}) {
  if (ctx.numerics() == Numerics::exact)
    received_ = Tensor(gradients.shape(), DType::f32, ctx.device());
  if (ctx.device().is_cpu())
    thread_.emplace([this](int64_t begin, int64_t end) { reduce(begin, end); });
}

void GradientReducer::add(int64_t begin, int64_t end) {
  if (thread_) return thread_->give(begin, end);
  follow();
  reduce(begin, end);
}

void GradientReducer::follow() {
  ready_.record(ctx_.stream());
  beside_.stream().wait(ready_);
}

template <class Sum, class Name>
void GradientReducer::count(const Sum& sum, const Name& name) {
  const Stopwatch watch;
  const int64_t before = communicator_.bytes_sent();
  sum();
  sent_ += communicator_.bytes_sent() - before;
  busy_ += watch.seconds();
  if (trace_)
    trace_->add(communicator_.rank(), TraceLog::Lane::communication, name(), watch.start());
}

void GradientReducer::reduce(int64_t begin, int64_t end) {
  Tensor values = gradients_.rows(begin, end);
  const auto sum = [&] {
    add_over_ranks(beside_, communicator_, values,
                   received_ ? received_.rows(begin, end) : Tensor());
  };
  count(sum, [&] { return "gradients " + std::to_string(begin) + " to " + std::to_string(end); });
}

void GradientReducer::add_once(const Tensor& values) {
  const Stopwatch watch;
  if (thread_) {
    thread_->join();
  } else {
    follow();
  }
  count([&] { communicator_.all_reduce(beside_, values); }, [] { return "losses"; });
  exposed_ += watch.seconds();
}

void GradientReducer::join() {
  if (thread_) {
    const Stopwatch watch;
    thread_->join();
    exposed_ += watch.seconds();
  } else {
    added_.record(beside_.stream());
    ctx_.stream().wait(added_);
  }
}

CommunicationTotals GradientReducer::totals() const {
  const bool timed = thread_.has_value();
  // The thread's own delays are no communication.
  return {sent_, timed ? busy_ : 0, timed ? std::min(busy_, exposed_) : 0};
}

}  // namespace fovea
