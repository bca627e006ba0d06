// SPDX-License-Identifier: Apache-2.0
// The C interface's errors; examples/train.c uses it as it is meant, from C.
#include "support/striped_pictures.h"
#include "support/temp_dir.h"

#include <catch2/catch.hpp>
#include <fovea.h>

#include <cstring>
#include <limits>
#include <memory>

using Catch::Contains;
using fovea::test::StripedPictures;

namespace {

struct Free {
  void operator()(fovea_model* model) const { fovea_model_free(model); }
  void operator()(fovea_learner* learner) const { fovea_learner_free(learner); }
};
using OwnedModel = std::unique_ptr<fovea_model, Free>;
using OwnedLearner = std::unique_ptr<fovea_learner, Free>;

OwnedLearner make_learner(const std::string& more = "") {
  const std::string config = std::string(R"({"model": )") + fovea::test::kStripedModel +
                             R"(, "classes": ["a", "b", "c", "d"])" + more + "}";
  fovea_error error;
  OwnedLearner learner(fovea_learner_create(config.c_str(), 1, &error));
  INFO(error.message);
  REQUIRE(learner);
  return learner;
}

}  // namespace

TEST_CASE("the C interface trains, saves, loads and predicts") {
  const fovea::test::TempDir dir;
  const std::string file = dir.file("m.safetensors");
  const OwnedLearner learner = make_learner();
  const StripedPictures batch(8, 1);
  fovea_error error;
  float loss = 0;
  int64_t correct = -1;
  REQUIRE(fovea_learner_step(learner.get(), batch.pixels.data(), batch.labels.data(), 8, &loss,
                             &correct, &error) == FOVEA_OK);
  CHECK(loss > 0);
  CHECK((correct >= 0 && correct <= 8));
  CHECK(std::string(error.message).empty());
  REQUIRE(fovea_learner_save(learner.get(), file.c_str(), nullptr) == FOVEA_OK);

  const OwnedModel loaded(fovea_model_load(file.c_str(), 1, &error));
  const OwnedModel copied(fovea_learner_model(learner.get(), 2, &error));
  REQUIRE((loaded && copied));
  const fovea_info info = fovea_model_info(loaded.get());
  CHECK((info.height == 8 && info.width == 8 && info.channels == 1 && info.classes == 4));
  CHECK(fovea_model_class_name(loaded.get(), 3) == std::string("d"));
  CHECK(fovea_model_class_name(loaded.get(), 4) == nullptr);
  float p[32], q[32];
  REQUIRE(fovea_predict(loaded.get(), batch.pixels.data(), 8, p, &error) == FOVEA_OK);
  REQUIRE(fovea_predict(copied.get(), batch.pixels.data(), 8, q, &error) == FOVEA_OK);
  CHECK(std::memcmp(p, q, sizeof p) == 0);

  const OwnedLearner more(fovea_learner_load(file.c_str(), "{\"batch_size\": 4}", 1, &error));
  REQUIRE(more);
  CHECK(fovea_learner_info(more.get()).classes == 4);
}

TEST_CASE("errors of the C interface have a kind and a text") {
  fovea_error error;
  CHECK(fovea_model_load("absent.safetensors", 1, &error) == nullptr);
  CHECK(error.status == FOVEA_DATA_ERROR);
  CHECK_THAT(error.message, Contains("absent.safetensors"));
  CHECK(fovea_learner_create("{\"model\": 3}", 1, &error) == nullptr);
  CHECK(error.status == FOVEA_CONFIG_ERROR);
  CHECK(fovea_learner_create("{", 1, &error) == nullptr);
  CHECK(error.status == FOVEA_CONFIG_ERROR);
  CHECK(fovea_model_load("absent", -1, nullptr) == nullptr);

  const OwnedLearner learner = make_learner();
  const StripedPictures batch(1, 1);
  const int32_t label = 7;
  CHECK(fovea_learner_step(learner.get(), batch.pixels.data(), &label, 1, nullptr, nullptr,
                           &error) == FOVEA_ARGUMENT_ERROR);
  CHECK(fovea_learner_step(learner.get(), batch.pixels.data(), batch.labels.data(),
                           std::numeric_limits<int64_t>::max(), nullptr, nullptr,
                           &error) == FOVEA_ARGUMENT_ERROR);
  CHECK(fovea_learner_set_lr(learner.get(), std::numeric_limits<float>::quiet_NaN(), &error) ==
        FOVEA_ARGUMENT_ERROR);
  CHECK(fovea_learner_save(learner.get(), "/proc/none/m.safetensors", &error) ==
        FOVEA_SYSTEM_ERROR);
  const OwnedModel model(fovea_learner_model(learner.get(), 1, &error));
  float p[4];
  CHECK(fovea_predict_encoded(model.get(), "GIF89a", 6, p, &error) == FOVEA_DATA_ERROR);
  CHECK(fovea_predict(model.get(), batch.pixels.data(), -1, p, &error) == FOVEA_ARGUMENT_ERROR);
}

TEST_CASE("NULL is refused by name or does nothing") {
  fovea_error error;
  CHECK(fovea_model_load(nullptr, 1, &error) == nullptr);
  CHECK_THAT(error.message, Contains("path is NULL"));
  CHECK(fovea_learner_create(nullptr, 1, &error) == nullptr);
  CHECK_THAT(error.message, Contains("config is NULL"));
  CHECK(fovea_predict(nullptr, nullptr, 1, nullptr, &error) == FOVEA_ARGUMENT_ERROR);
  CHECK(fovea_predict_file(nullptr, nullptr, nullptr, nullptr) == FOVEA_ARGUMENT_ERROR);
  CHECK(fovea_learner_step(nullptr, nullptr, nullptr, 1, nullptr, nullptr, &error) ==
        FOVEA_ARGUMENT_ERROR);
  CHECK(fovea_model_info(nullptr).classes == 0);
  CHECK(fovea_model_class_name(nullptr, 0) == nullptr);
  fovea_model_free(nullptr);
  fovea_learner_free(nullptr);
}

TEST_CASE("a long message is cut off, and says so") {
  const std::string path(4000, 'k');
  fovea_error error;
  CHECK(fovea_model_load(path.c_str(), 1, &error) == nullptr);
  const std::string text(error.message);
  CHECK(text.size() == sizeof error.message - 1);
  CHECK(text.ends_with("..."));
}
