// SPDX-License-Identifier: Apache-2.0
#include "support/allocation_counter.h"
#include "support/error_message.h"

#include <fovea/core/error.h>
#include <fovea/data/loader.h>
#include <fovea/data/synthetic_dataset.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <bit>
#include <numeric>

using namespace fovea;
using namespace fovea::test;
using Catch::Matchers::Contains;

namespace {

// Its pixels are the sample's number; some samples cannot be read.
class Numbered final : public Dataset {
 public:
  Numbered(int64_t size, Shape image, std::vector<int64_t> bad = {})
      : Dataset(size, image, {"even", "odd"}), bad_(std::move(bad)) {}

  int32_t label(int64_t i) const override { return static_cast<int32_t>(i % 2); }
  void read(int64_t i, Image& out) const override {
    reads++;
    if (std::find(bad_.begin(), bad_.end(), i) != bad_.end()) {
      throw DataError("sample " + std::to_string(i) + " is damaged");
    }
    out.resize(image()[0], image()[1], image()[2]);
    std::fill(out.pixels.begin(), out.pixels.end(), static_cast<uint8_t>(i));
  }

  mutable std::atomic<int64_t> reads{0};

 private:
  std::vector<int64_t> bad_;
};

const Preprocessing kRaw = {PixelScale::raw, 0, 1};

struct Row {
  uint32_t epoch, sample;
  int32_t label;
  std::vector<float> x;

  bool operator==(const Row&) const = default;
};

std::vector<Row> rows_of(BatchSource& source, int64_t batches) {
  std::vector<Row> rows;
  Batch batch;
  for (int64_t b = 0; b < batches; b++) {
    source.next(batch);
    const auto x = batch.images.span<float>();
    const size_t elements = x.size() / batch.samples.size();
    for (size_t r = 0; r < batch.samples.size(); r++) {
      const auto image = x.subspan(r * elements, elements);
      rows.push_back({batch.epoch,
                      batch.samples[r],
                      batch.labels.data<int32_t>()[r],
                      {image.begin(), image.end()}});
    }
  }
  return rows;
}

std::vector<uint32_t> order_of(BatchSource& source, uint32_t epoch) {
  source.seek(epoch, 0);
  std::vector<uint32_t> order;
  for (const Row& row : rows_of(source, source.batches())) order.push_back(row.sample);
  return order;
}

std::shared_ptr<Dataset> small_pictures() {
  return std::make_shared<SyntheticDataset>(
      SyntheticOptions{.shape = {3, 9, 7}, .classes = 5, .samples = 103});
}

LoaderOptions shuffled(int workers, int64_t batch_size = 10) {
  return {.batch_size = batch_size,
          .sampling = Sampling::shuffle,
          .seed = 3,
          .augment = {HorizontalFlip{}, RandomCrop{{8, 7}, 2}},
          .workers = workers};
}

}  // namespace

TEST_CASE("loader: pixels and how to normalise them are the floats of another loader", "[data]") {
  LoaderOptions options = shuffled(GENERATE(0, 2));
  options.augment.push_back(
      PcaColor{.divide = 1.1f, .pca = ColorPca{{900, 50, 4}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}}});
  Preprocessing preprocessing{PixelScale::unit, PerChannel(std::vector<float>{0.4f, 0.5f, 0.6f}),
                              0.25f};
  if (GENERATE(false, true)) {
    const Shape picture = small_pictures()->image();
    MeanImage mean{{picture[0], picture[1]}, 3, {}};
    for (int64_t i = 0; i < picture.elements(); i++)
      mean.values.push_back(static_cast<float>(i % 190));
    preprocessing.mean = Measured::per_pixel;
    preprocessing.mean_image = std::make_shared<MeanImage>(mean);
    preprocessing.mean_crop = GENERATE(MeanCrop::same, MeanCrop::center);
  }
  const auto floats = make_loader(small_pictures(), preprocessing, options);
  options.as_pixels = true;
  const auto pixels = make_loader(small_pictures(), preprocessing, options);
  Batch x, p;
  for (int64_t b = 0; b < floats->batches() + 2; b++) {
    floats->next(x);
    pixels->next(p);
    REQUIRE(p.images.dtype() == DType::u8);
    REQUIRE(p.images.shape() == x.images.shape());
    CHECK(x.formula == nullptr);
    CHECK(p.keys == x.keys);
    const PixelFormula& f = *p.formula;
    std::vector<float> made;
    for (int64_t i = 0; i < p.images.elements(); i++) {
      const int64_t c = i % 3, column = i / 3 % x.images.shape()[2];
      const int64_t line = i / 3 / x.images.shape()[2], row = line % x.images.shape()[1];
      const int32_t* view = p.views.data<int32_t>() + line / x.images.shape()[1] * kViewWords;
      const int64_t height = f.mean.shape()[0], width = f.mean.shape()[1];
      const int64_t at_row = std::clamp<int64_t>(view[0] + row, 0, height - 1);
      const int64_t at =
          std::clamp<int64_t>(view[2] ? view[1] - column : view[1] + column, 0, width - 1);
      const float mean = f.mean.data<float>()[(at_row * width + at) * 3 + c];
      const float pixel = static_cast<float>(p.images.data<uint8_t>()[i]);
      const float lit = pixel + std::bit_cast<float>(view[3 + c]);
      made.push_back((lit / f.scale - mean) / std::bit_cast<float>(view[6]) /
                     f.deviation.data<float>()[c]);
    }
    CHECK(std::ranges::equal(made, x.images.span<float>()));
  }
}

TEST_CASE("loader: evaluation is in order, the last batch holds what is left", "[data]") {
  const int workers = GENERATE(0, 1, 3);
  const auto data = std::make_shared<Numbered>(23, Shape{2, 3, 1});
  const auto source = make_loader(data, kRaw, {.batch_size = 10, .workers = workers});
  CHECK(source->samples() == 23);
  CHECK(source->batches() == 3);
  CHECK(source->image() == Shape{2, 3, 1});
  CHECK(source->classes().size() == 2);
  Batch batch;
  for (const int64_t rows : {10, 10, 3, 10}) {
    source->next(batch);
    CHECK(batch.size() == rows);
    CHECK(batch.images.shape() == Shape{rows, 2, 3, 1});
    CHECK(batch.labels.shape() == Shape{rows});
    for (int64_t r = 0; r < rows; r++) {
      const int64_t sample = 10 * batch.index + r;
      CHECK(batch.samples[static_cast<size_t>(r)] == sample);
      CHECK(batch.labels.data<int32_t>()[r] == sample % 2);
      CHECK(batch.images.data<float>()[6 * r + 5] == static_cast<float>(sample));
    }
  }
  CHECK(batch.epoch == 1);
  CHECK(batch.index == 0);
}

TEST_CASE("loader: each epoch is a permutation of its own", "[data]") {
  const auto source = make_loader(small_pictures(), {}, shuffled(2));
  std::vector<uint32_t> first = order_of(*source, 0);
  const std::vector<uint32_t> second = order_of(*source, 1);
  CHECK(first != second);
  CHECK(order_of(*source, 0) == first);
  std::vector<uint32_t> everything(103);
  std::iota(everything.begin(), everything.end(), 0);
  CHECK(first != everything);
  std::sort(first.begin(), first.end());
  CHECK(first == everything);
}

TEST_CASE("loader: any number of workers gives the same batches", "[data]") {
  const auto direct = make_loader(small_pictures(), {}, shuffled(0));
  const std::vector<Row> wanted = rows_of(*direct, 25);
  for (const int workers : {1, 2, 8}) {
    const auto source = make_loader(small_pictures(), {}, shuffled(workers));
    CHECK(rows_of(*source, 25) == wanted);
  }
}

TEST_CASE("loader: what a sample becomes does not depend on the batch size", "[data]") {
  const auto by_sample = [](int64_t batch_size) {
    const auto source = make_loader(small_pictures(), {}, shuffled(2, batch_size));
    return rows_of(*source, source->batches());
  };
  const std::vector<Row> wanted = by_sample(103);
  CHECK(by_sample(1) == wanted);
  CHECK(by_sample(17) == wanted);
}

TEST_CASE("loader: taken up at any position it goes on as if never stopped", "[data]") {
  const int workers = GENERATE(0, 2);
  const auto whole = make_loader(small_pictures(), {}, shuffled(0));
  const std::vector<Row> wanted = rows_of(*whole, 33);
  const auto source = make_loader(small_pictures(), {}, shuffled(workers));
  for (const int64_t start : {0, 7, 10, 11, 25, 3}) {
    source->seek(static_cast<uint32_t>(start / 11), start % 11);
    const std::vector<Row> rows = rows_of(*source, 3);
    const int64_t first_row = start / 11 * 103 + start % 11 * 10;
    CHECK(std::equal(rows.begin(), rows.end(), wanted.begin() + first_row));
  }
}

TEST_CASE("loader: an error of a worker reaches the caller at its batch", "[data]") {
  const int workers = GENERATE(0, 1, 4);
  // Large pictures, so that each row is a worker's piece of its own.
  const auto data = std::make_shared<Numbered>(12, Shape{256, 256, 1}, std::vector<int64_t>{5, 7});
  const auto source = make_loader(data, kRaw, {.batch_size = 4, .workers = workers, .prefetch = 3});
  Batch batch;
  source->next(batch);
  for (int attempt = 0; attempt < 2; attempt++) {
    CHECK_THAT(error_message<DataError>([&] { source->next(batch); }),
               Contains("sample 5 is damaged"));
  }
  source->seek(0, 2);
  source->next(batch);
  CHECK(batch.samples == std::vector<uint32_t>{8, 9, 10, 11});
  source->seek(0, 1);
  CHECK_THAT(error_message<DataError>([&] { source->next(batch); }), Contains("sample 5"));
}

TEST_CASE("loader: stops at any time", "[data]") {
  for (int workers = 0; workers <= 8; workers += 2) {
    for (int64_t taken = 0; taken < 4; taken++) {
      const auto source = make_loader(small_pictures(), {}, shuffled(workers));
      CHECK(rows_of(*source, taken).size() == static_cast<size_t>(10 * taken));
    }
  }
}

TEST_CASE("loader: workers begin with the first next() and stay `prefetch` ahead", "[data]") {
  const auto data = std::make_shared<Numbered>(1000, Shape{1, 1, 1});
  const auto source = make_loader(data, kRaw, {.batch_size = 10, .workers = 2, .prefetch = 3});
  source->seek(0, 5);
  CHECK(data->reads == 0);
  rows_of(*source, 4);
  CHECK(data->reads >= 40);
  CHECK(data->reads <= 70);
  CHECK(source->seconds_waited() > 0);
}

TEST_CASE("loader: allocates nothing once it is warm", "[data]") {
  const int workers = GENERATE(0, 1, 3);
  const auto source = make_loader(small_pictures(), {}, shuffled(workers));
  Batch batch;
  for (int i = 0; i < 12; i++) source->next(batch);
  const int64_t before = allocations();
  for (int i = 0; i < 30; i++) source->next(batch);
  CHECK(allocations() == before);
}

TEST_CASE("loader: wrong positions and options", "[data]") {
  const auto data = std::make_shared<Numbered>(20, Shape{1, 1, 1});
  const int workers = GENERATE(0, 1);
  const auto source = make_loader(data, kRaw, {.batch_size = 10, .workers = workers});
  CHECK_THAT(error_message<ArgumentError>([&] { source->seek(4, 2); }),
             Contains("batch 2 of epoch 4; an epoch has batches 0 to 1"));
  CHECK_THROWS_AS(source->seek(0, -1), ArgumentError);
  CHECK_THROWS_AS(make_loader(data, kRaw, {.batch_size = 0}), ArgumentError);
  CHECK_THROWS_AS(make_loader(data, kRaw, {.workers = -1}), ArgumentError);
  CHECK_THROWS_AS(make_loader(data, kRaw, {.prefetch = 0}), ArgumentError);
  CHECK_THROWS_AS(make_loader(data, {PixelScale::raw, {{0, 0}}, 1}, {}), ConfigError);
}
