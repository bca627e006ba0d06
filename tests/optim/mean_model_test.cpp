// SPDX-License-Identifier: Apache-2.0
// Models that subtract a mean image: what training did is in the file, and what serves repeats it.
#include "support/error_message.h"
#include "support/temp_dir.h"
#include "support/tiny_run.h"

#include <fovea/core/error.h>
#include <fovea/kernels/softmax.h>
#include <fovea/optim/evaluate.h>
#include <fovea/optim/predictor.h>

#include <catch2/catch.hpp>

using namespace fovea;
using Catch::Contains;

namespace {

std::shared_ptr<const MeanImage> mean_image() {
  MeanImage mean{{16, 16}, 3, {}};
  for (int i = 0; i < 16 * 16 * 3; i++) mean.values.push_back(static_cast<float>(i % 201));
  return std::make_shared<MeanImage>(mean);
}

DataOptions cropped_data(MeanCrop crop) {
  DataOptions data;
  data.train = SyntheticOptions{.shape = {3, 16, 16}, .classes = 4, .samples = 24};
  data.val = SyntheticOptions{.shape = {3, 16, 16}, .classes = 4, .samples = 10};
  data.scale = PixelScale::raw;
  data.mean = Measured::per_pixel;
  data.mean_image = mean_image();
  data.mean_crop = crop;
  data.std_dev = 64;
  data.augment = {RandomCrop{{12, 12}}, HorizontalFlip{}};
  return data;
}

ModelInfo info_of(const DataOptions& data) {
  ModelInfo info{test::kTinyModel, data.preprocessing(), {"a", "b", "c", "d"}};
  info.preprocessing.crop = EvaluationCrop{{16, 16}, {{12, 12}}};
  return info;
}

}  // namespace

TEST_CASE("a mean image travels with the model, and serving subtracts it as evaluation does") {
  const test::TempDir dir;
  const std::string path = dir.file("m.safetensors");
  const DataOptions data = cropped_data(GENERATE(MeanCrop::same, MeanCrop::center));
  test::TinyRun run(1, 2);
  const auto train = make_train_source(data, 8, 5), val = make_eval_source(data, 8, 5);
  Trainer trainer(run.net, run.ctx, *train, nullptr, run.options);
  TrainObserver silent;
  trainer.run(silent);
  save_model(path, run.net, info_of(data));

  const Model model = load_model(path);
  REQUIRE(model.info.preprocessing == info_of(data).preprocessing);
  Predictor predictor(model, run.ctx);
  Execution execution = Execution::inference(model.net, run.ctx, {.batch = 8});
  const auto pictures = make_dataset(*data.val, Split::val);
  Batch batch;
  for (int64_t b = 0; b < val->batches(); b++) {
    val->next(batch);
    for (int64_t row = 0; row < batch.size(); row++) {
      Image image, spare;
      pictures->read(batch.samples[static_cast<size_t>(row)], image);
      const auto whole = predictor.predict(image, 4, "picture");
      CenterCrop{{12, 12}}.apply(image, spare);
      const auto centre = predictor.predict(image, 4, "picture");
      Tensor p({1, 4});
      softmax_forward(run.ctx, execution.forward(batch.images.rows(row, row + 1)), p);
      for (size_t k = 0; k < 4; k++) {
        CHECK(whole[k].probability == p.data<float>()[whole[k].label]);
        CHECK(centre[k].probability == whole[k].probability);
      }
    }
  }
}

TEST_CASE("a model file whose mean image is missing or damaged is refused") {
  const test::TempDir dir;
  const std::string path = dir.file("m.safetensors");
  const DataOptions data = cropped_data(MeanCrop::same);
  const test::TinyRun run(1);
  const auto message = [&] { return test::error_message<DataError>([&] { load_model(path); }); };
  const auto save_with = [&](std::shared_ptr<const MeanImage> mean) {
    ModelInfo info = info_of(data);
    info.preprocessing.mean_image = std::move(mean);
    save_model(path, run.net, info);
  };
  save_with(nullptr);
  CHECK_THAT(message(), Contains(path) && Contains("preprocessing/mean"));
  save_with(std::make_shared<MeanImage>(MeanImage{{12, 11}, 3, std::vector<float>(396)}));
  CHECK_THAT(message(), Contains("preprocessing/mean") && Contains("F32 [12,11,3]") &&
                            Contains("at least F32 [12,12,3]"));
  save_with(std::make_shared<MeanImage>(MeanImage{{12, 12}, 3, std::vector<float>(432, NAN)}));
  CHECK_THAT(message(), Contains("preprocessing/mean") && Contains("not finite"));
}

TEST_CASE("a model without a mean image has no trace of one") {
  const test::TempDir dir;
  const test::TinyRun run(1);
  save_model(dir.file("m.safetensors"), run.net, {test::kTinyModel, {}, {"a", "b", "c", "d"}});
  const SafetensorsFile file(dir.file("m.safetensors"));
  CHECK(file.find("preprocessing/mean") == nullptr);
  CHECK(file.metadata().at("preprocessing") ==
        R"({"exif": "ignore", "scale": "unit", "mean": 0, "std": 1})");
}
