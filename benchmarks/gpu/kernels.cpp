// SPDX-License-Identifier: Apache-2.0
// Times every kernel at AlexNet's shapes on a GPU, against its measured peaks.
#include "bench.h"
#include "gemm_cases.h"
#include "gpu/cudnn_cases.h"
#include "gpu/gpu_watch.h"
#include "gpu/peaks.h"
#include "memory_cases.h"
#include "precision.h"

#include <fovea/core/runtime/device_runtime.h>

#include <cstdio>
#include <iterator>

namespace {

namespace bench = fovea::bench;

struct Options {
  std::string device = "cuda", filter;
  fovea::Precision precision = fovea::Precision::fp32;
  int64_t batch = 128;
  int rounds = 7;
  bool json = false;
};

const char* name_of(fovea::Precision precision) {
  if (precision == fovea::Precision::fp32) return "fp32";
  return precision == fovea::Precision::tf32 ? "tf32" : "bf16";
}

void append(std::vector<bench::Case>& to, std::vector<bench::Case> from) {
  std::move(from.begin(), from.end(), std::back_inserter(to));
}

void run(const Options& options) {
  fovea::Context ctx({.device = fovea::Device::parse(options.device),
                      .threads = 1,
                      .numerics = bench::numerics_of(options.precision),
                      .precision = options.precision});
  const fovea::DeviceRuntime& runtime = fovea::runtime_of(ctx.device());
  const double effort = runtime.emulated() ? 1.0 / 1024 : 1;
  std::vector<bench::Case> cases = bench::gpu_machine_cases(ctx, effort);
  append(cases, bench::compared(bench::conv2d_cases(ctx, options.batch),
                                bench::cudnn_cases(ctx, options.batch), "cuDNN"));
  append(cases, bench::linear_cases(ctx, options.batch));
  if (options.precision == fovea::Precision::fp32) {  // the others do not depend on the precision
    append(cases, bench::normalisation_cases(ctx, options.batch));
    append(cases, bench::pointwise_cases(ctx, options.batch));
  }
  std::erase_if(cases, [&](const bench::Case& c) {
    return c.name != bench::kMachine &&
           (c.name + " " + c.pass).find(options.filter) == std::string::npos;
  });
  const auto watch = bench::gpu_watch(ctx, static_cast<int64_t>(256 * effort * (1 << 20)));
  const bench::Run result{
      runtime.properties(ctx.device().index).name + ", " + name_of(options.precision), 1,
      options.batch, cases, bench::measure(cases, options.rounds, watch)};
  options.json ? bench::print_json(result) : bench::print_table(result);
}

}  // namespace

int main(int argc, char** argv) try {
  Options options;
  CLI::App app("Times every kernel at AlexNet's shapes on a GPU");
  app.add_option("--device", options.device, "cuda or cuda:N")->capture_default_str();
  bench::add_precision_option(app, options.precision);
  app.add_option("--batch", options.batch, "samples")->capture_default_str();
  app.add_option("--rounds", options.rounds, "times each case is run")->capture_default_str();
  app.add_option("--filter", options.filter, "only cases whose name holds this");
  app.add_flag("--json", options.json, "JSON rows instead of a table");
  CLI11_PARSE(app, argc, argv);
  run(options);
} catch (const std::exception& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
