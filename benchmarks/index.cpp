// SPDX-License-Identifier: Apache-2.0
// Opens a data set, and tells what that takes. Prints a JSON row.
//   fovea_bench_index PATH
#include <fovea/core/json_writer.h>
#include <fovea/data/data_options.h>

#include <sys/resource.h>

#include <chrono>
#include <cstdio>

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace fovea;
  if (argc != 2) return 2;
  DataOptions options;
  options.train = DataPath{argv[1], ""};
  const auto start = Clock::now();
  const auto data = make_dataset(options.train, Split::train);
  const double open = seconds_since(start), open_memory = peak_megabytes();
  const auto source = make_train_source(options, 128, 1);
  JsonWriter json;
  json.begin_object().key("samples").value(data->size());
  json.key("classes").value(data->classes().size());
  json.key("open_seconds").value(open).key("open_peak_mb").value(open_memory);
  json.key("loader_seconds").value(seconds_since(start) - open);
  json.key("loader_peak_mb").value(peak_megabytes()).end_object();
  std::printf("%s\n", json.str().c_str());
  return 0;
}
