// SPDX-License-Identifier: Apache-2.0
#include "gradient_accumulator.h"
#include "gradient_reducer.h"
#include "place_net.h"

#include <fovea/layers/execution.h>
#include <fovea/optim/rank_cost.h>

#include <bit>

namespace fovea {
namespace {

constexpr int64_t kFloatBytes = sizeof(float);

// Of the sum over ranks of so many elements.
int64_t sum_traffic(int64_t elements, int ranks, Numerics numerics) {
  if (numerics == Numerics::fast) return all_reduce_traffic(elements * kFloatBytes, ranks);
  // In the tree each rank gives all it has to one other, level by level.
  return elements * kFloatBytes * std::countr_zero(static_cast<unsigned>(ranks));
}

// Bucket by bucket where they are sent during backward; else in one.
int64_t gradient_traffic(const PlacedNet& placed, int ranks, Numerics numerics) {
  int64_t bytes = 0;
  if (placed.placement() == Placement::data) {
    int64_t end = placed.net().values().elements();
    for (const int64_t begin : gradient_buckets(placed.net(), kBucketBytes)) {
      bytes += sum_traffic(end - begin, ranks, numerics);
      end = begin;
    }
    return bytes;
  }
  for (const PlacedNet::Range& range : placed.ranges()) {
    if (range.share == GradientShare::partial)
      bytes += sum_traffic(range.end - range.begin, ranks, numerics);
  }
  return bytes;
}

// One part of a batch as a rank computes it.
ExecutionOptions part_of(Placement placement, int ranks, int64_t rows) {
  if (placement == Placement::columns) return {.batch = rows};
  return {.batch = (rows + ranks - 1) / ranks, .whole_batch = rows};
}

int64_t sent_by(const std::vector<StepInfo>& steps) {
  int64_t bytes = 0;
  for (const StepInfo& step : steps) bytes += step.forward.sent + step.backward.sent;
  return bytes;
}

// Not where the options name a GPU, which need not be here.
bool are_on_cpu(const Context& ctx, const TrainOptions& options) {
  return ctx.device().is_cpu() && (options.device == "auto" || options.chosen_device().is_cpu());
}

}  // namespace

RankCost predict_rank_cost(const Net& net, const Context& ctx, const TrainOptions& options,
                           Placement placement, int ranks, int64_t batch) {
  const bool in_order = options.numerics == Numerics::exact && are_on_cpu(ctx, options);
  const PlacedNet placed = place_net(net, placement, {0, ranks, nullptr, in_order});
  if (placement != Placement::columns) (void)options.shards_per_part(ranks);
  const bool is_data = placement == Placement::data;
  const int64_t parts = options.accumulate;
  const ExecutionOptions largest = part_of(placement, ranks, (batch + parts - 1) / parts);
  RankCost cost;
  cost.rows = largest.batch;
  cost.steps = Execution::planned_steps(placed.net(), largest, true);
  for (int64_t i = 0; i < parts; i++) {
    const int64_t rows = batch * (i + 1) / parts - batch * i / parts;
    if (rows == 0) continue;
    const ExecutionOptions part = part_of(placement, ranks, rows);
    cost.exchanged += sent_by(Execution::planned_steps(placed.net(), part, true));
  }
  if (ranks > 1) {
    cost.gradients = gradient_traffic(placed, ranks, options.numerics);
    cost.numbers = is_data ? all_reduce_traffic(batch * kFloatBytes, ranks)
                           : gather_traffic(static_cast<int64_t>(sizeof(double)) * ranks, ranks);
  }
  const MemoryNeed need = Execution::needed(placed.net(), ctx, largest, true);
  const uint64_t arena = placed.net().values().bytes();
  const bool receives =
      ranks > 1 && options.numerics == Numerics::exact && placed.has(GradientShare::partial);
  cost.weights = cost.gradient_arena = cost.momenta = arena;
  cost.activations = need.arena;
  cost.workspace = need.workspace + need.staging;
  cost.sums = (GradientAccumulator::copies(parts) + (receives ? 1 : 0)) * arena;
  return cost;
}

}  // namespace fovea
