// SPDX-License-Identifier: Apache-2.0
#include "rank_cost_text.h"

#include "console.h"

namespace fovea::app {
namespace {

std::vector<std::string> cost_row(const char* what, uint64_t bytes) {
  return {what, bytes > 0 ? bytes_text(bytes) : ""};
}

void write_work(JsonWriter& json, const char* key, const StepWork& work) {
  json.key(key).begin_object().key("macs").value(work.macs).key("bytes").value(work.bytes);
  json.key("sent").value(work.sent).end_object();
}

}  // namespace

std::string rank_cost_as_text(const RankCost& cost, const RanksAsked& asked) {
  return "\nEach of " + std::to_string(asked.ranks) + " ranks, placement " + asked.placement_name +
         ", batches of " + grouped(asked.batch) + " together:\n\n" +
         table({{"sent in a step", "bytes"},
                {"activations and their gradients", grouped(cost.exchanged)},
                {"gradients of parameters", grouped(cost.gradients)},
                {"losses and norms", grouped(cost.numbers)},
                {"total", grouped(cost.sent())}},
               {false, true}) +
         "\n" +
         table({{"memory", "training"},
                cost_row("weights", cost.weights),
                cost_row("gradients", cost.gradient_arena),
                cost_row("momenta", cost.momenta),
                cost_row("sums of gradients", cost.sums),
                cost_row("activations", cost.activations),
                cost_row("workspace", cost.workspace),
                cost_row("total", cost.memory())},
               {false, true});
}

void write_rank_cost(JsonWriter& json, const RankCost& cost, const RanksAsked& asked) {
  json.begin_object().key("ranks").value(static_cast<int64_t>(asked.ranks));
  json.key("placement").value(asked.placement_name).key("batch").value(asked.batch);
  json.key("rows").value(cost.rows);
  json.key("sent_bytes").begin_object().key("exchanged").value(cost.exchanged);
  json.key("gradients").value(cost.gradients).key("numbers").value(cost.numbers);
  json.key("total").value(cost.sent()).end_object();
  json.key("memory_bytes").begin_object().key("weights").value(cost.weights);
  json.key("gradients").value(cost.gradient_arena).key("momenta").value(cost.momenta);
  json.key("sums").value(cost.sums).key("activations").value(cost.activations);
  json.key("workspace").value(cost.workspace).key("total").value(cost.memory()).end_object();
  json.key("steps").begin_array();
  for (const StepInfo& step : cost.steps) {
    json.begin_object().key("name").value(step.name).key("type").value(step.type);
    write_work(json, "forward", step.forward);
    write_work(json, "backward", step.backward);
    json.end_object();
  }
  json.end_array().end_object();
}

}  // namespace fovea::app
