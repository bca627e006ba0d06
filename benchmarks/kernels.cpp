// SPDX-License-Identifier: Apache-2.0
// Times every kernel at AlexNet's shapes against the machine's peaks, on one thread and on all.
#include "bench.h"
#include "gemm_cases.h"
#include "machine.h"
#include "memory_cases.h"

#include <fovea/kernels/simd.h>

#include <CLI/CLI.hpp>

#include <iterator>
#include <string>

namespace {

namespace bench = fovea::bench;

struct Options {
  std::vector<int> threads = {1, 0};
  int64_t batch = 32;
  int rounds = 7;
  std::string filter, simd;
  bool json = false, cpu_time = false;
};

void append(std::vector<bench::Case>& to, std::vector<bench::Case> from) {
  std::move(from.begin(), from.end(), std::back_inserter(to));
}

void run(const Options& options, int threads) {
  fovea::Context exact({.threads = threads});
  fovea::Context fast({.threads = threads, .numerics = fovea::Numerics::fast});
  std::vector<bench::Case> cases = bench::machine_cases(exact);
  append(cases, bench::compared(bench::conv2d_cases(exact, options.batch),
                                bench::conv2d_cases(fast, options.batch), "fast"));
  append(cases, bench::compared(bench::linear_cases(exact, options.batch),
                                bench::linear_cases(fast, options.batch), "fast"));
  append(cases, bench::normalisation_cases(exact, options.batch));
  append(cases, bench::pointwise_cases(exact, options.batch));
  std::erase_if(cases, [&](const bench::Case& c) {
    return c.name != bench::kMachine &&
           (c.name + " " + c.pass).find(options.filter) == std::string::npos;
  });
  bench::Run result{
      fovea::simd_target(), exact.threads(), options.batch, cases,
      bench::measure(cases, options.rounds,
                     options.cpu_time ? bench::processor_watch() : bench::wall_watch())};
  options.json ? bench::print_json(result) : bench::print_table(result);
}

}  // namespace

int main(int argc, char** argv) try {
  Options options;
  CLI::App app("Times every kernel at AlexNet's shapes");
  app.add_option("--threads", options.threads, "numbers of threads; 0: all processors")
      ->capture_default_str();
  app.add_option("--batch", options.batch, "samples")->capture_default_str();
  app.add_option("--rounds", options.rounds, "times each case is run")->capture_default_str();
  app.add_option("--filter", options.filter, "only cases whose name holds this");
  app.add_option("--simd", options.simd, "instruction set, such as AVX2");
  app.add_flag("--json", options.json, "JSON rows instead of tables");
  app.add_flag("--cpu-time", options.cpu_time,
               "count this process's processor time: for one thread on a shared machine");
  CLI11_PARSE(app, argc, argv);
  fovea::limit_simd_target(options.simd);
  for (const int threads : options.threads) run(options, threads);
} catch (const std::exception& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
