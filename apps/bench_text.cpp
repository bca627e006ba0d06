// SPDX-License-Identifier: Apache-2.0
#include "bench_text.h"

#include "console.h"

#include <fovea/core/json_writer.h>
#include <fovea/kernels/simd.h>

namespace fovea::app {

namespace {

std::string milliseconds(double seconds) { return fixed(1e3 * seconds, 3); }

std::string threads_text(const Context& ctx) {
  return simd_target() + ", " + std::to_string(ctx.threads()) +
         (ctx.threads() == 1 ? " thread" : " threads");
}

std::string limits_text(const MachineLimits& limits) {
  return "multiply-adds " + fixed(limits.multiply_add / 1e9, 1) + " GFLOP/s, register tile " +
         fixed(limits.tile / 1e9, 1) + " GFLOP/s, copying " + fixed(limits.copy / 1e9, 1) + " GB/s";
}

// Milliseconds, GFLOP, MB and percent; blanks for a pass that there is not.
void add_cells(std::vector<std::string>& row, const PassTime& pass, const MachineLimits& limits) {
  if (pass.seconds <= 0) {
    row.insert(row.end(), 4, "");
    return;
  }
  row.push_back(milliseconds(pass.seconds));
  row.push_back(pass.flops > 0 ? fixed(pass.flops / 1e9, 2) : "");
  row.push_back(fixed(pass.bytes / 1e6, 1));
  row.push_back(pass.bytes > 0 ? percent(pass.share(limits), 0) : "");
}

std::string layer_table(const TrainingBenchmark& times) {
  std::vector<std::vector<std::string>> rows{
      {"layer", "forward ms", "GFLOP", "MB", "of peak", "backward ms", "GFLOP", "MB", "of peak"}};
  for (const LayerTime& layer : times.layers) {
    std::vector<std::string> row{layer.name};
    add_cells(row, layer.forward, times.machine);
    add_cells(row, layer.backward, times.machine);
    rows.push_back(std::move(row));
  }
  std::vector<std::string> update{"update"};
  add_cells(update, times.update, times.machine);
  rows.push_back(std::move(update));
  rows.push_back({"loss and the rest", milliseconds(times.rest)});
  rows.push_back({"sum", milliseconds(times.sum())});
  for (auto& row : rows) row.resize(9);
  return table(rows, {false, true, true, true, true, true, true, true, true}) +
         "\nOf peak: where there are multiply-adds, of what the register tile reaches; else of "
         "copying\nmemory, which data in the caches can surpass.\n";
}

void write_context(JsonWriter& json, const Context& ctx) {
  json.key("simd").value(simd_target()).key("threads").value(ctx.threads());
}

void write_limits(JsonWriter& json, const MachineLimits& limits) {
  json.key("machine").begin_object();
  json.key("multiply_add_flops_per_second").value(limits.multiply_add);
  json.key("tile_flops_per_second").value(limits.tile);
  json.key("copy_bytes_per_second").value(limits.copy).end_object();
}

void write_pass(JsonWriter& json, const char* key, const PassTime& pass,
                const MachineLimits& limits) {
  if (pass.seconds <= 0) return;
  json.key(key).begin_object().key("ms").value(1e3 * pass.seconds);
  json.key("flops").value(pass.flops).key("bytes").value(pass.bytes);
  if (pass.bytes > 0) {
    json.key("peak").value(pass.flops > 0 ? "tile" : "copy");
    json.key("percent_of_peak").value(100 * pass.share(limits));
  }
  json.end_object();
}

void write_layers(JsonWriter& json, const TrainingBenchmark& times) {
  json.key("layers").begin_array();
  for (const LayerTime& layer : times.layers) {
    json.begin_object().key("name").value(layer.name).key("type").value(layer.type);
    write_pass(json, "forward", layer.forward, times.machine);
    write_pass(json, "backward", layer.backward, times.machine);
    json.end_object();
  }
  json.end_array();
  write_pass(json, "update", times.update, times.machine);
  json.key("rest_ms").value(1e3 * times.rest).key("sum_ms").value(1e3 * times.sum());
}

}  // namespace

std::string machine_as_text(const MachineLimits& limits, const Context& ctx) {
  return threads_text(ctx) + ": " + limits_text(limits) + "\n";
}

std::string machine_as_json(const MachineLimits& limits, const Context& ctx) {
  JsonWriter json;
  json.begin_object();
  write_context(json, ctx);
  write_limits(json, limits);
  return json.end_object().str() + "\n";
}

std::string bench_as_text(const BenchResult& result, const Context& ctx) {
  const TrainingBenchmark& times = result.times;
  std::string text = result.name + ", batches of " + grouped(result.batch) + ", " +
                     threads_text(ctx) + "; medians of " + std::to_string(result.rounds) +
                     " steps\nmachine: " + limits_text(times.machine) + "\n";
  if (result.layers) text += "\n" + layer_table(times) + "\n";
  return text + "training step: " + milliseconds(times.step) + " ms, " +
         fixed(static_cast<double>(result.batch) / times.step, 1) + " images/s\n";
}

std::string bench_as_json(const BenchResult& result, const Context& ctx) {
  const TrainingBenchmark& times = result.times;
  JsonWriter json;
  json.begin_object().key("name").value(result.name).key("batch").value(result.batch);
  json.key("rounds").value(result.rounds);
  write_context(json, ctx);
  write_limits(json, times.machine);
  json.key("step_ms").value(1e3 * times.step).key("images_per_second");
  json.value(static_cast<double>(result.batch) / times.step);
  if (result.layers) write_layers(json, times);
  return json.end_object().str() + "\n";
}

}  // namespace fovea::app
