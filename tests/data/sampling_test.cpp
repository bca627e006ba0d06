// SPDX-License-Identifier: Apache-2.0
// Balanced sampling, and the split of the training data.
#include "support/error_message.h"

#include <fovea/core/error.h>
#include <fovea/data/data_options.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <set>

using namespace fovea;
using namespace fovea::test;
using Catch::Matchers::Contains;

namespace {

// Of class 0 three quarters, of class 1 one quarter but for a single picture of class 3; of class 2
// none. A picture's only pixel is its index.
class Uneven final : public Dataset {
 public:
  explicit Uneven(int64_t size) : Dataset(size, {1, 1, 1}, {"a", "b", "c", "d"}) {}

  int32_t label(int64_t i) const override { return i == 5 ? 3 : i % 4 == 1 ? 1 : 0; }
  void read(int64_t i, Image& out) const override {
    out.resize(1, 1, 1);
    out.pixels[0] = static_cast<uint8_t>(i);
  }
};

struct SampleRow {
  uint32_t sample, key;
  int32_t label;
};

std::vector<SampleRow> epoch_of(BatchSource& source, uint32_t epoch) {
  source.seek(epoch, 0);
  std::vector<SampleRow> rows;
  Batch batch;
  for (int64_t b = 0; b < source.batches(); b++) {
    source.next(batch);
    for (size_t i = 0; i < batch.samples.size(); i++)
      rows.push_back({batch.samples[i], batch.keys[i], batch.labels.data<int32_t>()[i]});
  }
  return rows;
}

std::unique_ptr<BatchSource> balanced(int64_t size, int workers = 0, uint64_t seed = 3) {
  return make_loader(
      std::make_shared<Uneven>(size), {},
      {.batch_size = 50, .sampling = Sampling::balanced, .seed = seed, .workers = workers});
}

std::vector<uint32_t> samples_of(const std::vector<SampleRow>& rows) {
  std::vector<uint32_t> samples;
  for (const SampleRow& row : rows) samples.push_back(row.sample);
  return samples;
}

DataOptions synthetic(int64_t samples, double val_fraction, int64_t classes = 4) {
  DataOptions options;
  options.train = SyntheticOptions{.shape = {1, 2, 2}, .classes = classes, .samples = samples};
  options.val_fraction = val_fraction;
  options.workers = 0;
  return options;
}

// Pixels and labels of an epoch, sorted: as many as there are samples.
std::multiset<std::vector<float>> pictures_of(BatchSource& source) {
  std::multiset<std::vector<float>> pictures;
  Batch batch;
  for (int64_t b = 0; b < source.batches(); b++) {
    source.next(batch);
    for (int64_t i = 0; i < batch.size(); i++) {
      const auto x = batch.images.span<float>().subspan(static_cast<size_t>(4 * i), 4);
      std::vector<float> picture(x.begin(), x.end());
      picture.push_back(static_cast<float>(batch.labels.data<int32_t>()[i]));
      pictures.insert(std::move(picture));
    }
  }
  return pictures;
}

}  // namespace

TEST_CASE("balanced sampling takes each class that occurs as often", "[data]") {
  const auto source = balanced(200);
  CHECK(source->samples() == 200);
  CHECK(source->class_sizes() == std::vector<int64_t>{150, 49, 0, 1});
  for (const uint32_t epoch : {0u, 1u, 7u}) {
    std::map<int32_t, int> classes;
    std::map<uint32_t, int> samples;
    std::set<uint32_t> keys;
    for (const SampleRow& row : epoch_of(*source, epoch)) {
      classes[row.label]++;
      samples[row.sample]++;
      keys.insert(row.key);
    }
    CHECK(classes == std::map<int32_t, int>{{0, 67}, {1, 67}, {3, 66}});
    CHECK(keys.size() == 200);
    for (const auto& [sample, count] : samples) {
      const int32_t label = Uneven(200).label(sample);
      CHECK(count >= (label == 0 ? 1 : label == 1 ? 1 : 66));
      CHECK(count <= (label == 0 ? 1 : label == 1 ? 2 : 66));
    }
  }
}

TEST_CASE("a batch of balanced sampling is a mixture", "[data]") {
  const auto source = balanced(200);
  Batch batch;
  source->next(batch);
  std::map<int32_t, int> classes;
  for (const int32_t label : batch.labels.span<int32_t>()) classes[label]++;
  CHECK(classes.size() == 3);
  for (const auto& [label, count] : classes) CHECK(count > 7);
}

TEST_CASE("balanced sampling is a function of seed and epoch", "[data]") {
  const auto direct = balanced(200), threads = balanced(200, 3), other = balanced(200, 0, 4);
  const auto first = samples_of(epoch_of(*direct, 0));
  CHECK(first == samples_of(epoch_of(*threads, 0)));
  CHECK(first != samples_of(epoch_of(*direct, 1)));
  CHECK(first != samples_of(epoch_of(*other, 0)));
}

TEST_CASE("without balance a row's key is its sample", "[data]") {
  const auto source = make_loader(std::make_shared<Uneven>(20), {},
                                  {.batch_size = 7, .sampling = Sampling::shuffle, .workers = 0});
  for (const SampleRow& row : epoch_of(*source, 2)) CHECK(row.key == row.sample);
}

TEST_CASE("a validation split takes its share of each class from the training data", "[data]") {
  const auto sources = make_sources(synthetic(102, 0.25), 30, 9);
  REQUIRE(sources.val);
  CHECK(sources.train->samples() == 76);
  CHECK(sources.val->samples() == 26);  // 25.5, rounded
  CHECK(sources.train->class_sizes() == std::vector<int64_t>{19, 19, 19, 19});
  CHECK(sources.val->class_sizes() == std::vector<int64_t>{7, 7, 6, 6});
  auto both = pictures_of(*sources.train);
  both.merge(pictures_of(*sources.val));
  CHECK(both == pictures_of(*make_train_source(synthetic(102, 0), 30, 1)));
}

TEST_CASE("a validation split is a function of the seed", "[data]") {
  const auto val = [](uint64_t seed) {
    return pictures_of(*make_eval_source(synthetic(102, 0.25), 30, seed));
  };
  CHECK(val(1) == val(1));
  CHECK(val(1) != val(2));
  CHECK(val(3) == pictures_of(*make_sources(synthetic(102, 0.25), 30, 3).val));
  auto train = pictures_of(*make_train_source(synthetic(102, 0.25), 30, 3));
  train.merge(val(3));
  CHECK(train.size() == 102);
  CHECK(!make_sources(synthetic(102, 0), 30, 1).val);
}

TEST_CASE("a validation split that leaves nothing is refused", "[data]") {
  CHECK_THAT(error_message<ConfigError>([] { make_sources(synthetic(10, 0.04), 5, 1); }),
             Contains("data.val_fraction is 0.04: of 10 samples it leaves none to validate on"));
  CHECK_THAT(error_message<ConfigError>([] { make_sources(synthetic(10, 0.96), 5, 1); }),
             Contains("leaves none to train on"));
}

TEST_CASE("evaluation takes the centre of what training crops", "[data]") {
  DataOptions options = synthetic(10, 0.4, 2);
  std::get<SyntheticOptions>(options.train).shape = {1, 9, 9};
  options.augment = {HorizontalFlip{1}, RandomCrop{{5, 4}}};
  const auto sources = make_sources(options, 4, 1);
  CHECK(sources.train->image() == Shape{5, 4, 1});
  CHECK(sources.train->picture() == Shape{9, 9, 1});
  CHECK(sources.val->image() == Shape{5, 4, 1});
  options.augment = {};
  const auto whole = make_sources(options, 4, 1);
  Batch centre, picture;
  sources.val->next(centre);
  whole.val->next(picture);
  for (int64_t y = 0; y < 5; y++) {
    for (int64_t x = 0; x < 4; x++) {
      CHECK(centre.images.data<float>()[4 * y + x] ==
            picture.images.data<float>()[9 * (y + 2) + x + 2]);
    }
  }
}

TEST_CASE("a crop that does not fit the pictures is a config mistake", "[data]") {
  DataOptions options = synthetic(10, 0);
  options.augment = {RandomCrop{{5, 4}}};
  CHECK_THAT(error_message<ConfigError>([&] { make_sources(options, 4, 1); }),
             Contains("data.augment: random_crop takes pieces of 5x4 pixels (height x width), the "
                      "pictures have 2x2; make size smaller or padding larger"));
}
