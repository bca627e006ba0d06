// SPDX-License-Identifier: Apache-2.0
// Pictures per second of the loader, of the processor time that all its threads take together: what
// a core loads in a second, also on a machine that others use. Prints JSON rows.
//   fovea_bench_loader [SECONDS]                made-up pictures of AlexNet's size, and their parts
//   fovea_bench_loader SECONDS PATH [RESIZE]    what data.train may be: read, resized, cut to 224,
//                                               flipped, normalised
#include <fovea/core/json_writer.h>
#include <fovea/data/data_options.h>
#include <fovea/data/normalizer.h>

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <set>
#include <string>

namespace {

using namespace fovea;
using Clock = std::chrono::steady_clock;

constexpr int64_t kBatch = 32, kCrop = 224;

double wall_seconds() {
  return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

// Of all threads of this process.
double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Rate {
  double per_core = 0, per_second = 0;  // pictures per second of processor and of wall time
};

// Repeats `work`, which handles `pictures`, for `seconds`.
Rate rate(double seconds, int64_t pictures, auto&& work) {
  work();
  const double wall = wall_seconds(), processor = processor_seconds();
  int64_t repeats = 0;
  do {
    work();
    repeats++;
  } while (wall_seconds() - wall < seconds);
  const auto done = static_cast<double>(repeats * pictures);
  return {done / (processor_seconds() - processor), done / (wall_seconds() - wall)};
}

void print_row(const std::string& name, int workers, const Rate& rate) {
  JsonWriter json;
  json.begin_object().key("name").value(name).key("batch").value(kBatch);
  json.key("workers").value(workers).key("images_per_core_second").value(rate.per_core);
  json.key("images_per_second").value(rate.per_second).end_object();
  std::printf("%s\n", json.str().c_str());
}

void measure_parts(double seconds) {
  const SyntheticOptions options = {.shape = {3, 227, 227}, .classes = 1000, .samples = 10000};
  const auto data = std::make_shared<SyntheticDataset>(options);
  Image image;
  int64_t sample = 0;
  print_row("synthetic", 0, rate(seconds, 1, [&] { data->read(sample++ % 10000, image); }));
  print_row("flip", 0, rate(seconds, 1, [&] { HorizontalFlip{1}.apply({}, image); }));
  const Normalizer normalizer({PixelScale::raw, {{123, 117, 104}}, 1}, 3);
  std::vector<float> x(static_cast<size_t>(data->image().elements()));
  print_row("normalize", 0, rate(seconds, 1, [&] { normalizer.apply(image, x.data()); }));
  for (const int workers : std::set{0, 1, 2}) {
    const auto source = make_loader(data, {},
                                    {.batch_size = kBatch,
                                     .sampling = Sampling::shuffle,
                                     .augment = {HorizontalFlip{}},
                                     .workers = workers});
    Batch batch;
    print_row("loader", workers, rate(seconds, kBatch, [&] { source->next(batch); }));
  }
}

void measure_files(double seconds, const std::string& path, int64_t resize) {
  DataOptions options;
  options.train = DataPath{path, ""};
  if (resize > 0) options.resize = resize;
  options.mean = std::vector<float>{0.485f, 0.456f, 0.406f};
  options.std_dev = std::vector<float>{0.229f, 0.224f, 0.225f};
  options.augment = {RandomCrop{{kCrop, kCrop}}, HorizontalFlip{0.5f}};
  for (const int workers : {0, 1}) {
    options.workers = workers;
    const auto source = make_train_source(options, kBatch, 1);
    Batch batch;
    print_row(path, workers, rate(seconds, kBatch, [&] { source->next(batch); }));
  }
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::stod(argv[1]) : 1;
  if (argc > 2) {
    measure_files(seconds, argv[2], argc > 3 ? std::stoll(argv[3]) : 0);
  } else {
    measure_parts(seconds);
  }
  return 0;
}
