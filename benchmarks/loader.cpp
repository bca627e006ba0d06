// SPDX-License-Identifier: Apache-2.0
// Pictures per second of the loader, and the cost of its parts, on synthetic pictures of AlexNet's
// size. Prints JSON rows.
//   fovea_bench_loader [SECONDS]
#include <fovea/core/json_writer.h>
#include <fovea/core/thread_pool.h>
#include <fovea/data/loader.h>
#include <fovea/data/normalizer.h>
#include <fovea/data/synthetic_dataset.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <set>
#include <string>

namespace {

using Clock = std::chrono::steady_clock;

constexpr int64_t kBatch = 32;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Repeats `work`, which handles `pictures`, for `seconds`; pictures per second.
double rate(double seconds, int64_t pictures, auto&& work) {
  work();
  const auto start = Clock::now();
  int64_t repeats = 0;
  do {
    work();
    repeats++;
  } while (seconds_since(start) < seconds);
  return static_cast<double>(repeats * pictures) / seconds_since(start);
}

// Bytes moved are those of the pixels in and the floats out.
void print_row(const std::string& name, int workers, double pictures_per_second, double bytes) {
  fovea::JsonWriter json;
  json.begin_object().key("name").value(name).key("batch").value(kBatch);
  json.key("workers").value(workers).key("images_per_second").value(pictures_per_second);
  json.key("gb_per_second").value(pictures_per_second * bytes / 1e9).end_object();
  std::printf("%s\n", json.str().c_str());
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::stod(argv[1]) : 1;
  const fovea::SyntheticOptions options = {
      .shape = {3, 227, 227}, .classes = 1000, .samples = 10000};
  const auto data = std::make_shared<fovea::SyntheticDataset>(options);
  const auto elements = data->image().elements();
  const auto bytes = static_cast<double>(elements);

  fovea::Image image;
  int64_t sample = 0;
  print_row("synthetic", 0, rate(seconds, 1, [&] { data->read(sample++ % 10000, image); }), bytes);
  print_row("flip", 0, rate(seconds, 1, [&] { fovea::HorizontalFlip{1}.apply({}, image); }),
            2 * bytes);
  const fovea::Normalizer normalizer({fovea::PixelScale::raw, {{123, 117, 104}}, 1}, 3);
  std::vector<float> x(static_cast<size_t>(elements));
  print_row("normalize", 0, rate(seconds, 1, [&] { normalizer.apply(image, x.data()); }),
            5 * bytes);

  for (const int workers : std::set{0, 1, 2, fovea::available_processors()}) {
    const auto source = fovea::make_loader(data, {},
                                           {.batch_size = kBatch,
                                            .sampling = fovea::Sampling::shuffle,
                                            .augment = {fovea::HorizontalFlip{}},
                                            .workers = workers});
    fovea::Batch batch;
    print_row("loader", workers, rate(seconds, kBatch, [&] { source->next(batch); }), 5 * bytes);
  }
  return 0;
}
