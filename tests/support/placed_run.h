// SPDX-License-Identifier: Apache-2.0
// A net's pass over one batch on several ranks, and on one device, to compare them.
#pragma once

#include "support/devices.h"
#include "support/random_tensor.h"

#include <fovea/layers/execution.h>
#include <fovea/layers/placement.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

namespace fovea::test {

// What a training step has made. Of the whole net, on the host.
struct PassResult {
  Tensor logits, gradients;
  int64_t bytes_sent = 0, bytes_predicted = 0;  // of one rank, by exchanges within the net
};

struct PassInput {
  Tensor x, labels;
  std::vector<uint32_t> samples;

  PassInput(const Net& net, int64_t rows, float scale = 1)
      : x(random_tensor(net.input_shape().with_batch(rows), 1, scale)),
        labels(random_labels(rows, static_cast<uint32_t>(net.output_shape()[1]), 1)),
        samples(static_cast<size_t>(rows)) {
    std::iota(samples.begin(), samples.end(), 7U);
  }
};

inline PassResult pass_on_one(Net net, const PassInput& in, Context& ctx) {
  net.move_to(ctx.device());
  Execution execution = Execution::training(net, ctx, {.batch = in.x.shape()[0]});
  const auto out = execution.compute(in.x, in.labels, {3, in.samples});
  return {to_host(out.logits), to_host(net.gradients())};
}

using Communicators = std::vector<std::unique_ptr<Communicator>>;

inline Communicators connect(Device device, int ranks) {
  using std::chrono::seconds;
  if (device.is_cpu()) return connect_threads(ranks, seconds(60));
  std::vector<Device> devices;
  for (int i = 0; i < ranks; i++) devices.push_back(Device::cuda(i));
  return connect_devices(devices, seconds(60));
}

// Adds what ranks have of their shares of the batch, as a training step does.
inline void add_partial(Context& ctx, Communicator& communicator, PlacedNet& placed) {
  for (const PlacedNet::Range& range : placed.ranges()) {
    if (range.share == GradientShare::partial)
      communicator.all_reduce(ctx, placed.net().gradients().rows(range.begin, range.end));
  }
}

inline PassResult pass_of_rank(const Net& net, Placement placement, Communicator& communicator,
                               const PassInput& in, Context& ctx) {
  const int64_t rows = in.x.shape()[0];
  const int rank = communicator.rank(), ranks = communicator.size();
  const bool shares = placement != Placement::columns;
  const int64_t begin = shares ? rows * rank / ranks : 0;
  const int64_t end = shares ? rows * (rank + 1) / ranks : rows;
  const bool in_order = ctx.device().is_cpu() && ctx.numerics() == Numerics::exact;
  PlacedNet placed(net, placement, {rank, ranks, &communicator, in_order});
  placed.take(net.values(), placed.net().values());
  placed.net().move_to(ctx.device());
  Execution execution = Execution::training(
      placed.net(), ctx,
      {.batch = shares ? (rows + ranks - 1) / ranks : rows, .whole_batch = rows});
  PassResult result;
  for (const StepInfo& step : execution.steps())
    result.bytes_predicted += step.forward.sent + step.backward.sent;
  const std::span<const uint32_t> samples = in.samples;
  const auto own = samples.subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
  const int64_t before = communicator.bytes_sent();
  const auto out = execution.compute(in.x.rows(begin, end), in.labels,
                                     {3, own, {}, shares ? samples : std::span<const uint32_t>()});
  communicator.wait(ctx);
  result.bytes_sent = communicator.bytes_sent() - before;
  add_partial(ctx, communicator, placed);
  result.logits = to_host(out.logits);
  result.gradients = Tensor(net.values().shape());
  placed.collect(ctx, placed.net().gradients(), result.gradients);
  return result;
}

inline std::vector<PassResult> pass_on_ranks(const Net& net, Placement placement, int ranks,
                                             const PassInput& in, const ContextOptions& options) {
  const Communicators communicators = connect(options.device, ranks);
  std::vector<PassResult> results(static_cast<size_t>(ranks));
  std::vector<std::exception_ptr> failures(static_cast<size_t>(ranks));
  std::vector<std::thread> threads;
  for (size_t rank = 0; rank < results.size(); rank++) {
    threads.emplace_back([&, rank] {
      try {
        ContextOptions own = options;
        if (!own.device.is_cpu()) own.device.index = static_cast<int>(rank);
        Context ctx(own);
        results[rank] = pass_of_rank(net, placement, *communicators[rank], in, ctx);
      } catch (...) {
        failures[rank] = std::current_exception();
        for (const auto& communicator : communicators) communicator->abort();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
  return results;
}

// |a - b| / |b| in the 2-norm.
inline double relative_distance(const Tensor& a, const Tensor& b) {
  double difference = 0, norm = 0;
  for (int64_t i = 0; i < a.elements(); i++) {
    const double x = a.data<float>()[i], y = b.data<float>()[i];
    difference += (x - y) * (x - y);
    norm += y * y;
  }
  return difference == 0 ? 0 : std::sqrt(difference / norm);
}

// The largest of a net's parameters, and whose it is.
struct Distance {
  double value = 0;
  std::string parameter;
};
inline Distance gradient_distance(const Net& net, const Tensor& a, const Tensor& b) {
  Distance worst;
  for (const Parameter& parameter : net.parameters()) {
    const auto begin = static_cast<int64_t>(parameter.offset);
    const int64_t end = begin + parameter.spec.shape.elements();
    const double distance = relative_distance(a.rows(begin, end), b.rows(begin, end));
    if (!(distance <= worst.value)) worst = {distance, parameter.name};
  }
  return worst;
}

}  // namespace fovea::test
